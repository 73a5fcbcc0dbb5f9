/**
 * Runs the programs that fetch and prepare servers, and finds them.
 *
 * @module
 */

/** What a program that ran to its end said. */
export interface Said {
  readonly success: boolean;
  /** Standard output and standard error, one after the other. */
  readonly text: string;
}

/** How a program is run. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** User and group by number, where the caller may switch. */
  readonly user?: User;
}

/** A user of the system, by number. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Why a server cannot be had, and what a person can do about it. */
export class MissingServer extends Error {
  /** Always `MissingServer`. */
  override name = "MissingServer";
  /** What to do, one line. */
  readonly remedy: string;

  /**
   * Makes the error.
   *
   * @param message What is missing, one line.
   */
  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}

/** Runs a program to its end, without standard input; `undefined` if there is no such program. */
export async function tryRun(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Said | undefined> {
  const { cwd, env, user } = options;
  try {
    const { success, stdout, stderr } = await new Deno.Command(command, {
      args: [...args],
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env: { ...env } }),
      ...user,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const decoder = new TextDecoder();
    return { success, text: decoder.decode(stdout) + decoder.decode(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Runs a program to its end and gives what it said.
 *
 * @throws {MissingServer} If there is no such program, or it fails: with the last lines that it said.
 */
export async function run(
  command: string,
  args: readonly string[],
  remedy: string,
  options: RunOptions = {},
): Promise<string> {
  const said = await tryRun(command, args, options);
  if (said === undefined) throw new MissingServer(`Cannot run ${command}: it is not on PATH`, remedy);
  if (!said.success) throw new MissingServer(`Cannot run ${command} ${args[0] ?? ""}: ${tail(said.text)}`, remedy);
  return said.text;
}

/** The last lines of a text, joined to one of at most 600 characters. */
export function tail(text: string, lines = 6): string {
  return text.trim().split("\n").slice(-lines).map((line) => line.trim()).join(" / ").slice(-600);
}

/** The name by which a script such as `npm` is started: Windows wants its ending. */
export function script(name: string): string {
  return Deno.build.os === "windows" ? `${name}.cmd` : name;
}

/** The name of a program's file. */
export function executable(name: string): string {
  return Deno.build.os === "windows" ? `${name}.exe` : name;
}

/** The user that servers run as where root may not run them; `undefined` means the caller itself. */
export async function unprivilegedUser(): Promise<User | undefined> {
  if (Deno.build.os === "windows" || Deno.uid() !== 0) return undefined;
  const uid = Number((await tryRun("id", ["-u", "nobody"]))?.text);
  const gid = Number((await tryRun("id", ["-g", "nobody"]))?.text);
  return { uid: uid > 0 ? uid : 65534, gid: gid > 0 ? gid : 65534 };
}

/** Tells whether any user may read below a folder: its own mode and that of every folder above allow it. */
export async function isOpenToAll(path: string): Promise<boolean> {
  for (let at = await Deno.realPath(path);; at = at.slice(0, at.lastIndexOf("/")) || "/") {
    const { mode } = await Deno.stat(at);
    if (((mode ?? 0o777) & 0o001) === 0) return false;
    if (at === "/") return true;
  }
}

/**
 * Calls `make` with an empty folder for a server's files, in the folder for temporary files; removes it if that fails.
 *
 * @param user Who shall own it. Default: the caller.
 */
export async function inServerFolder<Server>(
  name: string,
  user: User | undefined,
  make: (folder: string) => Promise<Server>,
): Promise<Server> {
  const folder = await makeServerFolder(`datagen-${name}-`, user);
  try {
    return await make(folder);
  } catch (error) {
    await Deno.remove(folder, { recursive: true }).catch(() => {}); // what failed may have removed it
    throw error;
  }
}

async function makeServerFolder(prefix: string, user: User | undefined): Promise<string> {
  let folder = await Deno.realPath(await Deno.makeTempDir({ prefix }));
  if (user === undefined) return folder;
  if (!await isOpenToAll(folder.slice(0, folder.lastIndexOf("/")) || "/")) {
    await Deno.remove(folder);
    folder = await Deno.makeTempDir({ prefix, dir: "/tmp" });
  }
  await Deno.chown(folder, user.uid, user.gid);
  return folder;
}
