/** Price lists that come as workbooks, through `tik catalogue deck import`. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createCommandLine } from './command-line.ts'
import { workbook } from './doubles/workbook-writer.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-workbook-'))
const catalogue = join(folder, 'catalogue')
const tik = createCommandLine(folder)
cpSync('fixtures/catalogue', catalogue, { recursive: true })
mkdirSync(join(folder, 'suppliers'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const DAY_2026_12_01 = 46_357

function imported(file: string, deck: string, content: Buffer, mapping: string) {
  writeFileSync(join(folder, file), content)
  writeFileSync(join(folder, 'suppliers', `${deck}.yaml`), mapping)
  return tik.here([
    'catalogue',
    'deck',
    'import',
    join(folder, file),
    '--deck',
    deck,
    '--from',
    '2026-11-01',
    '--full',
  ])
}

test('a sheet is read by what its cells hold: digits, dates, empty rows, and its own row numbers', async () => {
  const content = workbook({
    Notes: [['nothing here']],
    'A-Z': [
      ['Rates & conditions of Invented Carrier'],
      [],
      ['Code', 'Destination', 'Rate', 'Effective'],
      [{ number: '44' }, 'United Kingdom', { number: '0.02' }, ''],
      [],
      [
        { number: '4.474E5' },
        'UK "mobile"',
        { number: '0.15000000000000002' },
        { day: DAY_2026_12_01 },
      ],
      ['44 7401, 7402', 'UK mobile', { number: '1E-4' }, ''],
      [{ error: '#REF!' }, 'Lost', { number: '1' }, ''],
    ],
  })
  const mapping =
    'per: minute\nsheet: A-Z\ncolumns: { code: Code, destination: Destination, price: Rate, from: Effective }\n'
  const { status, stdout } = await imported('list.xlsx', 'az', content, mapping)
  expect(stdout).toContain("  line 8: the code is the spreadsheet's error #REF!\n")
  expect(status).toBe(1)
  const mended = await tik.here([
    'catalogue',
    'deck',
    'import',
    join(folder, 'list.xlsx'),
    '--deck',
    'az',
    '--from',
    '2026-11-01',
    '--full',
    '--skip-unusable',
  ])
  expect(mended.stdout).toContain('4 added')
  expect(readFileSync(join(catalogue, 'az.prices.csv'), 'utf8').split('\n').slice(1, -1)).toEqual([
    '44,United Kingdom,0.02,,,,,,2026-11-01,',
    '447400,"UK ""mobile""",0.15,,,,,,2026-12-01,',
    '447401,UK mobile,0.0001,,,,,,2026-11-01,',
    '447402,UK mobile,0.0001,,,,,,2026-11-01,',
  ])
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('tik-sheet-'))).toEqual([])
})

test('a workbook that is cut off, a sheet that it lacks and one of the old kind are refused by name', async () => {
  const mapping = 'per: minute\nsheet: Prices\ncolumns: { code: Code, price: Rate }\n'
  const whole = workbook({ Rates: [['Code', 'Rate']] })
  const lacking = await imported('other.xlsx', 'b', whole, mapping)
  expect(lacking.status).toBe(2)
  expect(lacking.stderr).toContain('the workbook has no sheet "Prices"; it has "Rates"')
  const cut = await imported('cut.xlsx', 'b', whole.subarray(0, whole.length - 30), mapping)
  expect(cut.status).toBe(1)
  expect(cut.stderr).toContain('cut.xlsx cannot be read as a workbook')
  const old = await imported('old.xls', 'b', Buffer.from('d0cf11e0a1b11ae1', 'hex'), mapping)
  expect(old.status).toBe(1)
  expect(old.stderr).toContain('a workbook of the old kind (.xls)')
})
