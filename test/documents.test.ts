/** docs/accounts.md and docs/usage-format.md do what they say, and name every field there is. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { micros, microsToDecimal } from '../src/core/money/money.ts'
import { directoryJsonSchema } from '../src/directory/document/directory-schema.ts'
import { createCommandLine } from './command-line.ts'

const ACCOUNTS = readFileSync('docs/accounts.md', 'utf8')
const USAGE = readFileSync('docs/usage-format.md', 'utf8')
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tik-documents-'))
})

afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** Writes the one example of the kind that a page has; returns its path. */
function exampleOf(page: string, kind: string): string {
  const [example, ...others] = [
    ...page.matchAll(new RegExp(`\`\`\`${kind}\n([\\s\\S]*?)\`\`\``, 'g')),
  ]
  expect(others).toEqual([])
  const path = join(folder, `example.${kind}`)
  writeFileSync(path, example?.[1] ?? '')
  return path
}

test('tik rate answers the usage of docs/usage-format.md as its table says', async () => {
  const tik = createCommandLine(folder)
  const files = ['--accounts', exampleOf(ACCOUNTS, 'yaml'), '--usage', exampleOf(USAGE, 'jsonl')]
  const argv = ['rate', '--catalogue', 'fixtures/catalogue', ...files, '--json']
  const { status, stdout, stderr } = await tik.here(argv)
  expect(stdout.trimEnd().split('\n').map(rowOf)).toEqual(writtenRows())
  expect(stderr).toContain('5 rated, 1 duplicate, 2 rejected, 0 unbillable')
  expect(status).toBe(1)
})

const lineSchema = z.object({
  usageId: z.string(),
  outcome: z.string(),
  callType: z.string(),
  quantity: z.int(),
  takeKeys: z.array(z.string()),
  takeQuantities: z.array(z.int()),
  chargeMicros: z.int(),
  reason: z.string(),
  detail: z.string(),
})

function rowOf(line: string): string[] {
  const rated = lineSchema.parse(JSON.parse(line))
  const number = /#(\d+)$/.exec(rated.usageId)?.[1]
  const taken = rated.takeKeys.map((key, index) => {
    return `${rated.takeQuantities[index]} of ${key.split('|')[0]}`
  })
  return [
    number === undefined ? (rated.usageId.split(':')[1] ?? '') : `line ${Number(number) + 1}`,
    rated.outcome,
    rated.callType,
    String(rated.quantity),
    taken.join(', '),
    rated.outcome === 'rated' ? microsToDecimal(micros(rated.chargeMicros), 4) : '',
    rated.detail === '' ? rated.reason : `${rated.reason}: ${rated.detail}`,
  ]
}

function writtenRows(): string[][] {
  const lines = USAGE.split('\n').filter((line) => /^\| (u|line )\d/.test(line))
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

test('every field of the accounts document is explained', () => {
  const missing = [...propertyNames(directoryJsonSchema())].filter(
    (name) => !ACCOUNTS.includes(`\`${name}\``),
  )
  expect(missing, 'name these in docs/accounts.md').toEqual([])
})

test('every field that the usage adapter reads is explained', () => {
  const adapter = readFileSync('src/ingest/formats/usage/usage.ts', 'utf8')
  const read = [...adapter.matchAll(/fields\['(\w+)'\]/g)].map(([, name = '']) => name)
  expect(read.length).toBeGreaterThan(10)
  const missing = [...new Set(read)].filter((name) => !USAGE.includes(`\`${name}\``))
  expect(missing, 'name these in docs/usage-format.md').toEqual([])
})

/** Names of all properties that a JSON Schema has anywhere. */
function propertyNames(schema: unknown, names = new Set<string>()): Set<string> {
  if (typeof schema !== 'object' || schema === null) return names
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties' && typeof value === 'object' && value !== null) {
      for (const name of Object.keys(value)) names.add(name)
    }
    propertyNames(value, names)
  }
  return names
}
