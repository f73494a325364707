/** What lies in the folders of sources.yaml is taken in and put away. */
import { z } from 'zod'
import { ingestFolders } from '../../app/files/ingest-folders.ts'
import { jobKind } from '../../app/jobs/job-kind.ts'
import { id } from '../fields.ts'
import { shown } from './shown.ts'

export const takeIn = jobKind({
  kind: 'take-in',
  summary: 'Takes in the files that lie in the folders of the sources',
  right: 'operate',
  isOfOperator: true,
  lane: 'rating',
  use: 'record',
  wish: z.strictObject({ source: id.optional() }),
  result: z
    .object({
      filesCount: z.int(),
      files: z.array(
        z.object({
          number: z.int(),
          name: z.string(),
          source: z.string(),
          state: z.string(),
          records: z.int(),
          problems: z.array(z.string()),
        }),
      ),
    })
    .meta({ id: 'TakenIn' }),
  async run({ desk, wish, signal }) {
    const files = await Array.fromAsync(ingestFolders(desk, { ...wish, signal }))
    return {
      filesCount: files.length,
      files: shown(files).map((each) => ({
        number: each.fileNumber,
        name: each.name,
        source: each.sourceId,
        state: each.state,
        records: each.records,
        problems: [...each.problems],
      })),
    }
  },
})
