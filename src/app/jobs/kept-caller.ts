/** Who asked for a job, as they are kept with it and become the caller again when it runs. */
import { z } from 'zod'
import { DOORS } from '../../audit/audit-log.ts'
import { RIGHTS } from '../../identity/rights.ts'
import type { Caller } from '../caller.ts'

const keptCaller = z.object({
  name: z.string(),
  person: z.string().optional(),
  onBehalfOf: z.string().optional(),
  reach: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('operator') }),
    z.object({ kind: z.literal('partner'), partnerId: z.string() }),
    z.object({ kind: z.literal('accounts'), accountIds: z.array(z.string()) }),
  ]),
  rights: z.array(z.enum(RIGHTS)),
  from: z.object({ door: z.enum(DOORS), address: z.string(), requestId: z.string() }).optional(),
})

export function toKept({ rights, ...caller }: Caller): z.input<typeof keptCaller> {
  const { reach } = caller
  const named = reach.kind === 'accounts' ? { ...reach, accountIds: [...reach.accountIds] } : reach
  return { ...caller, reach: named, rights: [...rights] }
}

export function fromKept(kept: unknown): Caller {
  const { person, onBehalfOf, from, rights, ...caller } = keptCaller.parse(kept)
  return {
    ...caller,
    rights: new Set(rights),
    ...(person === undefined ? {} : { person }),
    ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
    ...(from === undefined ? {} : { from }),
  }
}
