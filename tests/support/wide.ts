/**
 * Whether the long forms of tests are wanted: `deno task test:wide`. They take more time than every submission may cost:
 * more kills, larger loads, faults that last.
 */
export const isWide = Deno.env.get("DATAGEN_TEST_WIDE") === "1";
