/** Writes docs/errors.md from the codes in src/core/failures/errors.ts: `node scripts/make-error-table.ts`. */
import { writeFileSync } from 'node:fs'
import { ERROR_CODES } from '../src/core/failures/errors.ts'
import type { ErrorMeaning } from '../src/core/failures/errors.ts'

export const ERROR_TABLE_FILE = 'docs/errors.md'

export function errorTable(): string {
  const rows = Object.entries<ErrorMeaning>(ERROR_CODES).map(
    ([code, { meaning, advice, retryable, exitStatus }]) =>
      `| \`${code}\` | ${meaning} | ${advice} | ${exitStatus} | ${retryable ? 'yes' : 'no'} |`,
  )
  return `# What can go wrong, and what to do

Made from src/core/failures/errors.ts by \`node scripts/make-error-table.ts\`. A command ends with one sentence
and one piece of advice on standard error; "a bug: please report this" with a stack is only for bugs. Why
a record was not rated is another matter: \`tik rejects list\` names the reason of each.

| code | what it means | what to do | exit status | may pass by itself |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`
}

if (import.meta.main) writeFileSync(ERROR_TABLE_FILE, errorTable())
