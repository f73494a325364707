/** The catalogues that rated something, and what differs between two of them. */
import { z } from 'zod'
import { catalogueDifference, catalogueVersions } from '../../app/catalogue/catalogue-versions.ts'
import { instant, instantOf } from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'

const key = z.string().max(64)

export const catalogueVersionRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/catalogue/versions',
    tag: 'catalogue',
    summary: 'Catalogues that are kept, newest first',
    right: 'operate',
    isOfOperator: true,
    answer: z.object({
      items: z.array(z.object({ key: z.string(), keptAt: instant, isInForce: z.boolean() })),
    }),
    async run({ ask }) {
      const items = await ask(catalogueVersions)
      return {
        items: items.map(({ keptMs, ...one }) => ({ ...one, keptAt: instantOf(keptMs) })),
      }
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/catalogue/difference',
    tag: 'catalogue',
    summary: 'What differs between two catalogues, entry by entry; of decks how many codes',
    right: 'operate',
    isOfOperator: true,
    query: z.object({ from: key, to: key }),
    answer: z.object({
      entries: z.array(
        z.object({
          section: z.string(),
          id: z.string(),
          kind: z.enum(['added', 'removed', 'changed']),
          fields: z.array(z.object({ path: z.string(), before: z.string(), after: z.string() })),
        }),
      ),
      decks: z.array(z.object({ deck: z.string(), counts: z.record(z.string(), z.int()) })),
    }),
    async run({ ask, query }) {
      const { entries, decks } = await ask(catalogueDifference, query)
      return {
        entries: entries.map(({ section, id, kind, fields }) => ({
          section,
          id,
          kind,
          fields: fields.map((field) => ({ ...field })),
        })),
        decks: decks.map(({ deckId: deck, report }) => ({ deck, counts: { ...report.counts } })),
      }
    },
  }),
]
