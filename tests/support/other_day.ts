/** Loaded before the program by `deno run --preload`: its clock shows the instant in `DATAGEN_TEST_TODAY`, and goes on. */

const ahead = Date.parse(Deno.env.get("DATAGEN_TEST_TODAY")!) - Date.now();
const now = Date.now.bind(Date);
Date.now = () => now() + ahead;
