/** Closes what was used without hiding what went wrong before. */

/** Closes one thing. */
type Close = () => Promise<void>;

/**
 * Does something, then closes what it used.
 *
 * @throws What the work threw; what closing threw only where the work succeeded.
 */
export async function closingAfter<Result>(
  work: () => Promise<Result>,
  ...closes: readonly Close[]
): Promise<Result> {
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    await closeAll(...closes).catch(() => {}); // it would only follow from that
    throw error;
  }
  await closeAll(...closes);
  return result;
}

/**
 * Closes one after the other, each whatever became of those before it.
 *
 * @throws The first error.
 */
export async function closeAll(...closes: readonly Close[]): Promise<void> {
  const errors: unknown[] = [];
  for (const close of closes) await close().catch((error) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}
