/** Problems of a catalogue as text: one line each, in the form that editors and terminals link. */
import type { CatalogueProblem } from './catalogue-problem.ts'

const LINES_MAX = 200

/** `file:line: error: message`; errors and warnings counted at the end when there are many. */
export function formatProblems(problems: readonly CatalogueProblem[]): string {
  const lines = problems
    .slice(0, LINES_MAX)
    .map(({ file, line, severity, message }) => `${file}:${line}: ${severity}: ${message}`)
  const rest = problems.length - lines.length
  return [...lines, ...(rest > 0 ? [`… and ${rest} more`] : [])].join('\n')
}
