/** Each mistake of fixtures/catalogue-mistakes/mistakes.txt and the message that it gets. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatProblems } from './read/format-problems.ts'
import { checkCatalogue } from './load-catalogue.ts'

interface Mistake {
  readonly title: string
  readonly file: string
  readonly before: string
  readonly after: string
  readonly answer: string
}

const FOLDER = 'fixtures/catalogue-mistakes'
const TABLE = join(FOLDER, 'mistakes.txt')
const { head, mistakes } = readMistakes(readFileSync(TABLE, 'utf8'))
const answers: string[] = []
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tik-catalogue-'))
})

afterAll(() => {
  rmSync(folder, { recursive: true })
})

test('the catalogue that is spoiled is sound', async () => {
  expect((await checkCatalogue(join(FOLDER, 'base'))).problems).toEqual([])
})

test('there are at least 30 mistakes, and no title twice', () => {
  expect(mistakes.length).toBeGreaterThanOrEqual(30)
  expect(new Set(mistakes.map(({ title }) => title)).size).toBe(mistakes.length)
})

test.each(mistakes)('$title', async (mistake) => {
  const answer = await answerTo(mistake)
  answers.push(answer)
  expect(answer).toBe(mistake.answer)
  expect(answer).toMatch(/^[a-z.]+:\d+: (error|warning): /)
})

// Comes after the cases and writes what they were answered when vitest runs with --update.
test('the table is as it would be written anew', async () => {
  const answered = mistakes.map((mistake, index) => mistakeText(mistake, answers[index] ?? ''))
  await expect([head, ...answered].join('\n')).toMatchFileSnapshot(`../../${TABLE}`)
})

test('all mistakes of a catalogue are named at once', async () => {
  copyBase()
  spoil('prices.yaml', 'monthlyFee: "10.00"', 'monthlyFee: 10')
  spoil('prices.yaml', 'message: message', 'message: sms')
  spoil('zones.yaml', '- BE', '- DE')
  spoil('deck.csv', 'UA,fixed,eu', 'UA,fixed,europe')
  const { catalogue, problems } = await checkCatalogue(folder)
  expect(catalogue).toBeUndefined()
  expect(problems.map(({ file, line }) => `${file}:${line}`)).toEqual([
    'deck.csv:5',
    'prices.yaml:42',
    'prices.yaml:48',
    'zones.yaml:5',
  ])
})

async function answerTo(mistake: Mistake): Promise<string> {
  copyBase()
  spoil(mistake.file, mistake.before, mistake.after)
  return formatProblems((await checkCatalogue(folder)).problems)
}

function copyBase(): void {
  cpSync(join(FOLDER, 'base'), folder, { recursive: true })
}

function spoil(file: string, before: string, after: string): void {
  const text = readFileSync(join(folder, file), 'utf8')
  expect(text.split(before)).toHaveLength(2)
  writeFileSync(
    join(folder, file),
    text.replace(before, () => after),
  )
}

function readMistakes(text: string): { head: string; mistakes: Mistake[] } {
  const [first = '', ...blocks] = text.split('\n## ')
  const mistakesOfTable = blocks.map((block) => {
    const [title = '', file = '', ...lines] = block.trimEnd().split('\n')
    const marked = (mark: string) =>
      lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(1))
    return {
      title,
      file: file.slice(2),
      before: marked('-').join('\n'),
      after: marked('+').join('\n'),
      answer: marked('=').join('\n'),
    }
  })
  return { head: first, mistakes: mistakesOfTable }
}

function mistakeText({ title, file, before, after }: Mistake, answer: string): string {
  const lines = withMark('-', before) + withMark('+', after) + withMark('=', answer)
  return `## ${title}\n@ ${file}\n${lines}`
}

function withMark(mark: string, text: string): string {
  return text === '' ? '' : `${text.replaceAll(/^/gm, mark)}\n`
}
