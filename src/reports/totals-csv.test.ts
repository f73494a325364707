import { expect, test } from 'vitest'
import { micros } from '../core/money/money.ts'
import { totalsCsv } from './totals-csv.ts'
import { EXCEL_CSV, PLAIN_CSV } from './usage-csv.ts'

const ROW = {
  product: 'voip',
  callType: 'national-fixed',
  number: '+31201234567',
  subscriptionId: '=cmd',
  count: 3,
  durationSeconds: 90n,
  volumeBytes: 0n,
  amountMicros: micros(42_300),
}
const nameOf = () => 'Nationaal; vast'

test('a table is a file with ids, names and exact amounts, and nothing that a sheet would run', () => {
  expect(totalsCsv([ROW], PLAIN_CSV, nameOf)).toBe(
    'name,product,number,subscription,call_type,call_type_name,count,duration_seconds,volume_bytes,amount\r\n' +
      ",voip,+31201234567,'=cmd,national-fixed,Nationaal; vast,3,90,0,0.0423\r\n",
  )
})

test('for Excel it has the mark, semicolons and commas; a person has no call type', () => {
  const { product: _product, callType: _callType, ...person } = { ...ROW, name: '-Jan' }
  const [head = '', line] = totalsCsv([person], EXCEL_CSV, nameOf).split('\r\n')
  expect(head.startsWith('\uFEFFname;product;')).toBe(true)
  expect(line).toBe("'-Jan;;+31201234567;'=cmd;;;3;90;0;0,0423")
})
