/**
 * Which lists made a deck: a text beside its file, under version control with it and no part of the
 * catalogue. The dates of full lists are needed: each said of every code that it did not name that it ended.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { TikError } from '../../core/failures/errors.ts'
import { dayFromIso, dayToIso } from '../../core/time/period.ts'

export interface TakenList {
  readonly listDay: number
  readonly isFull: boolean
  /** SHA-256 of the supplier's file, its first letters. */
  readonly hash: string
  readonly name: string
}

/** `az.prices.csv` → `az.prices.lists`. */
export function journalOf(deckFile: string): string {
  return deckFile.replace(/\.csv$/, '.lists')
}

/** In the order in which they were taken in; none where there is no journal. */
export function readJournal(deckFile: string): TakenList[] {
  const file = journalOf(deckFile)
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.flatMap((text, index) => {
    if (text.trim() === '' || text.startsWith('#')) return []
    const [, date = '', kind = '', hash = '', name = ''] = LINE.exec(text) ?? []
    if (date === '') {
      throw new TikError(
        'catalogue_invalid',
        `${file}:${index + 1}: "${text}" is no line of a journal`,
        {
          hint: 'put it back from version control',
        },
      )
    }
    return [{ listDay: dayFromIso(date), isFull: kind === 'full', hash, name }]
  })
}

const LINE = /^(\d{4}-\d\d-\d\d) (full|changes) +([0-9a-f]{12}) (.*)$/

export function writeJournal(deckFile: string, lists: readonly TakenList[]): void {
  const file = journalOf(deckFile)
  const lines = lists.map(({ listDay, isFull, hash, name }) => {
    return `${dayToIso(listDay)} ${(isFull ? 'full' : 'changes').padEnd(7)} ${hash} ${name}\n`
  })
  writeFileSync(`${file}.new`, `${HEAD}${lines.join('')}`)
  renameSync(`${file}.new`, file)
}

const HEAD = '# Lists that tik catalogue deck import took in: keep it with the deck.\n'
