import { expect, test } from 'vitest'
import { formatTable } from './text-table.ts'

test('columns are as wide as their content, numbers stand to the right', () => {
  const table = formatTable(
    [
      { key: 'name', title: 'Call type' },
      { key: 'amount', title: 'EUR', align: 'right' },
    ],
    [
      { name: 'Café', amount: '1.50' },
      { name: 'national fixed', amount: '1,234.00' },
    ],
  )
  expect(table.split('\n')).toEqual([
    'Call type            EUR',
    '──────────────  ────────',
    'Café                1.50',
    'national fixed  1,234.00',
  ])
})

test('a table without rows is its header', () => {
  expect(formatTable([{ key: 'a', title: 'A' }], [])).toBe('A\n─')
})

test('what a terminal would act on shows as a dot', () => {
  expect(formatTable([{ key: 'a', title: 'A' }], [{ a: 'x\u001b[31mred\u202e' }])).toContain(
    'x·[31mred·',
  )
})
