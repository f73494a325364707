/** Files that were taken in, what is missing between them, and calls whose rest has not come yet. */
import { z } from 'zod'
import { listOpenCalls } from '../../app/files/open-calls-of.ts'
import { takenFiles } from '../../app/files/taken-files.ts'
import { instant, instantOf, instantOrNull, page, pageOf, sliceOf } from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'

const file = z
  .object({
    number: z.int(),
    source: z.string(),
    name: z.string(),
    contentHash: z.string(),
    takenAt: instant,
    sequence: z.string().nullable().meta({ description: "the sender's own numbering" }),
    records: z.int().nullable().meta({ description: 'null until it is finished' }),
  })
  .meta({ id: 'File' })

const source = { source: z.string().max(100).optional() }

export const fileRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/files',
    tag: 'operations',
    summary: 'Files that were taken in, newest first',
    right: 'operate',
    isOfOperator: true,
    query: z.object({ ...page, ...source }),
    answer: pageOf(file),
    async run({ ask, query }) {
      const { files } = await ask(takenFiles, query.source)
      const items = files.toReversed().map((one) => ({
        number: one.number,
        source: one.sourceId,
        name: one.name,
        contentHash: one.contentHash,
        takenAt: instantOf(one.registeredMs),
        sequence: one.stream === '' ? null : `${one.stream} ${one.sequence}`,
        records: one.finished ? one.recordsCount : null,
      }))
      return sliceOf(items, query, (one) => String(one.number))
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/file-sequences',
    tag: 'operations',
    summary: 'Files that their sender numbered and that never came, or came twice',
    right: 'operate',
    isOfOperator: true,
    query: z.object(source),
    answer: z.object({
      gaps: z.array(z.object({ stream: z.string(), from: z.int(), to: z.int(), count: z.int() })),
      repeated: z.array(z.object({ stream: z.string(), files: z.array(z.string()) })),
    }),
    async run({ ask, query }) {
      const { gaps, repeated } = (await ask(takenFiles, query.source)).sequences
      return {
        gaps: gaps.map((gap) => ({ ...gap })),
        repeated: repeated.map(({ stream, files }) => ({ stream, files: [...files] })),
      }
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/open-calls',
    tag: 'operations',
    summary: 'Calls and sessions whose rest is in a file that has not come yet',
    right: 'operate',
    isOfOperator: true,
    answer: z.object({
      items: z.array(
        z.object({
          source: z.string(),
          count: z.int(),
          since: instant.nullable(),
          oldest: z.string(),
        }),
      ),
    }),
    async run({ ask }) {
      const sources = await ask(listOpenCalls)
      return {
        items: sources.map((one) => ({
          source: one.sourceId,
          count: one.count,
          since: instantOrNull(one.sinceMs === 0 ? undefined : one.sinceMs),
          oldest: one.oldest,
        })),
      }
    },
  }),
]
