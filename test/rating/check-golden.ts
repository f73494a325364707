/** The golden tables without a test runner: ends with 1 at the first row that differs. */
import { readdirSync, readFileSync } from 'node:fs'
import { formatCase, parseCases, runCase, withAllColumns } from './golden-table.ts'

const FOLDER = 'fixtures/rating'
for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.txt'))) {
  for (const each of parseCases(readFileSync(`${FOLDER}/${file}`, 'utf8'))) {
    const found = formatCase(each, runCase(each))
    if (found !== formatCase(each, each.rows.map(withAllColumns))) {
      console.error(`${file}: ${each.title}`)
      process.exit(1)
    }
  }
}
