/** The golden tables without a test runner: the title of the first case that differs, if any. */
import { readdirSync, readFileSync } from 'node:fs'
import { formatCase, parseCases, runCase, withAllColumns } from './golden-table.ts'

const FOLDER = 'fixtures/rating'

export function firstDifference(): string | undefined {
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.txt'))) {
    for (const each of parseCases(readFileSync(`${FOLDER}/${file}`, 'utf8'))) {
      const found = formatCase(each, runCase(each))
      if (found !== formatCase(each, each.rows.map(withAllColumns))) return each.title
    }
  }
  return undefined
}
