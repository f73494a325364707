/** Everything rated again and compared row by row, and invoices with both. */
import { z } from 'zod'
import { verifyLedger } from '../../app/checks/verify-ledger.ts'
import { jobKind } from '../../app/jobs/job-kind.ts'
import { shown } from './shown.ts'

export const verify = jobKind({
  kind: 'verify',
  summary: 'Rates every file again and compares each row, and every invoice',
  right: 'operate',
  isOfOperator: true,
  lane: '',
  use: 'read',
  isReading: true,
  wish: z.strictObject({}),
  result: z
    .object({
      filesCount: z.int(),
      rowsCount: z.int(),
      adjustmentsCount: z.int(),
      invoicesCount: z.int(),
      findingsCount: z.int(),
      findings: z.array(z.object({ code: z.string(), place: z.string(), message: z.string() })),
    })
    .meta({ id: 'Verification' }),
  async run({ desk }) {
    const { files, adjustmentsCount, invoicesCount, findings } = await verifyLedger(desk)
    return {
      filesCount: files.length,
      rowsCount: files.reduce((sum, { rows }) => sum + rows, 0),
      adjustmentsCount,
      invoicesCount,
      findingsCount: findings.length,
      findings: shown(findings).map(({ code, place, message }) => ({ code, place, message })),
    }
  },
})
