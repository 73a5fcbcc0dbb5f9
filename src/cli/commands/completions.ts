import { SHELLS } from "./list.ts";
import { candidates } from "../parser/completion.ts";
import { EXIT, UsageError } from "../failures.ts";
import type { Words } from "../parser/flag.ts";
import type { COMPLETIONS_FLAGS } from "../flags/flags.ts";
import { writeOut } from "../terminal/output.ts";
import { nearest } from "../parser/suggest.ts";
import { listed } from "../parser/values.ts";

/**
 * Scripts that ask `datagen complete LINE` and get candidates for its last word, a line each, with a tab and what each
 * means behind it. A candidate that ends in `:`, `/`, `=` or `,` goes on, so that no space follows it.
 */
const SCRIPTS: Readonly<Record<typeof SHELLS[number], string>> = {
  // Bash breaks words at ":" and "=", and replaces what stands behind the last of them.
  bash: `# bash completion for datagen
_datagen() {
  local line=\${COMP_LINE:0:COMP_POINT} typed=\${COMP_WORDS[COMP_CWORD]} candidate
  local word=\${line##*[[:space:]]}
  [[ $typed == [:=] ]] && typed=
  local skip=$(( \${#word} - \${#typed} ))
  COMPREPLY=()
  while IFS=$'\\t' read -r candidate _; do
    COMPREPLY+=("\${candidate:skip}")
  done < <(datagen complete "$line" 2>/dev/null)
  [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *[:/=,] ]] && compopt -o nospace
  return 0
}
complete -F _datagen datagen`,
  zsh: `#compdef datagen
_datagen() {
  local candidate text
  local -a closed open closed_texts open_texts
  while IFS=$'\\t' read -r candidate text; do
    if [[ $candidate == *[:/=,] ]]; then
      open+=("$candidate"); open_texts+=("$candidate\${text:+  $text}")
    else
      closed+=("$candidate"); closed_texts+=("$candidate\${text:+  $text}")
    fi
  done < <(datagen complete "\${(j: :)words[1,CURRENT-1]} $PREFIX" 2>/dev/null)
  compadd -Q -l -d closed_texts -a closed
  compadd -Q -S '' -l -d open_texts -a open
}
compdef _datagen datagen`,
  fish: `# fish completion for datagen
complete -c datagen -f -a '(datagen complete (commandline -cp | string collect) 2>/dev/null)'`,
  powershell: `# PowerShell completion for datagen
Register-ArgumentCompleter -Native -CommandName datagen -ScriptBlock {
  param($word, $ast, $cursor)
  $line = $ast.ToString().PadRight($cursor).Substring(0, $cursor)
  datagen complete "$line" 2>$null | ForEach-Object {
    $value, $text = $_ -split "\`t", 2
    if (-not $text) { $text = $value }
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $text)
  }
}`,
};

/** Prints the script for one shell. */
export function run({ args }: Words<typeof COMPLETIONS_FLAGS>): Promise<number> {
  const [name] = args;
  if (name === undefined) {
    throw new UsageError(`Cannot print completions without a shell: expected ${listed(SHELLS)}`, "write bash");
  }
  const shell = SHELLS.find((known) => known === name);
  if (shell === undefined) {
    const meant = nearest(name, SHELLS);
    throw new UsageError(
      `Cannot print completions for "${name}": expected ${listed(SHELLS)}`,
      meant === undefined ? "write bash" : `did you mean ${meant}?`,
    );
  }
  writeOut(`${SCRIPTS[shell]}\n`);
  return Promise.resolve(EXIT.done);
}

/** Answers a script: what may stand in the place of the last word of a line that is being typed. */
export async function complete(line: string): Promise<number> {
  const found = await candidates(line);
  writeOut(found.map(({ value, text }) => `${value}${text === "" ? "" : `\t${text}`}\n`).join(""));
  return EXIT.done;
}
