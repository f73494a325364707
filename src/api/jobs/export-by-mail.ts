/** An export that is too large to wait for: a mail with a link says when it is there. */
import { z } from 'zod'
import { jobKind } from '../../app/jobs/job-kind.ts'
import { mailExport } from '../../app/usage/mail-export.ts'
import { readQuestion } from '../../app/usage/read-question.ts'
import { zoneOf } from '../../app/usage/zone-of.ts'
import { EXPORT_FORMATS } from '../../reports/export-format.ts'
import { instant, instantOf } from '../fields.ts'
import { comparisons, selection, written } from '../v1/usage-selection.ts'

export const exportByMail = jobKind({
  kind: 'export-by-mail',
  summary:
    'Writes a selection of usage as a file, and mails whoever asks a link that opens it for three days',
  right: 'see-numbers',
  // One at a time, so that a file has one writer.
  lane: 'exports',
  use: 'read',
  wish: z.strictObject({
    ...selection,
    ...comparisons,
    format: z.enum(EXPORT_FORMATS).default('csv'),
  }),
  result: z
    .object({ rows: z.int(), bytes: z.int(), fileName: z.string(), availableUntil: instant })
    .meta({ id: 'MailedExport' }),
  async run({ desk, wish, signal }) {
    const { format, amount, duration, volume, ...chosen } = wish
    const timeZone = await zoneOf(desk, wish)
    const question = readQuestion({ ...written(chosen, timeZone), amount, duration, volume })
    const asked = { question, format, timeZone }
    const { rowsCount, bytes, fileName, expiresMs } = await mailExport(desk, asked, signal)
    return { rows: rowsCount, bytes, fileName, availableUntil: instantOf(expiresMs) }
  },
})
