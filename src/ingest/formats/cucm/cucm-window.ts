/** Records of CUCM held back until their call is known; the last ones with a trunk go on in the next file. */
import type { DecodedRecord } from '../../../core/usage/usage.ts'
import type { EmitRecord, PendingCall } from '../../format.ts'
import { judgeCucmCall } from './cucm-calls.ts'
import type { CucmLeg } from './cucm-calls.ts'
import { unbillableRecord } from '../decoded-record.ts'
import { hashOf, LINKED_ROWS_CARRIED_MAX, LinkedWindow } from '../linked-window.ts'
import type { LinkedRow } from '../linked-window.ts'

type Row = LinkedRow<CucmLeg>

export interface CucmWindow {
  add(row: Row, emit: EmitRecord): void
  end(emit: EmitRecord): void
  pending(): readonly PendingCall[]
  restore(calls: readonly PendingCall[]): void
}

const rules = {
  linkOf: ({ facts }: Row) => facts?.outside ?? '',
  decode: (row: Row) => row,
  decodeLone(row: Row): DecodedRecord {
    judgeCucmCall([row])
    return row.outcome
  },
  judge: judgeCucmCall,
}

export function createCucmWindow(): CucmWindow {
  let window = new LinkedWindow<Row, CucmLeg>(rules)
  const pending: PendingCall[] = []
  return {
    add: (row, emit) => window.add(row, hashOf(rules.linkOf(row)), emit),
    end(emit) {
      window.flush(emit, ({ facts }, isCarried) => {
        if (facts !== undefined && facts.outside !== '' && facts.endMs > facts.startMs) {
          pending.push(pendingOf(facts, isCarried))
        }
      })
    },
    pending: () => pending.slice(-LINKED_ROWS_CARRIED_MAX),
    restore(calls) {
      window = new LinkedWindow<Row, CucmLeg>(rules, calls.map(carriedRow))
    },
  }
}

function pendingOf(facts: CucmLeg, isCarried: boolean): PendingCall {
  const { key, callId, outside, trunkSide, isConference, isTransfer, startMs, endMs } = facts
  const fields = {
    callId,
    outside,
    trunkSide,
    isConference: `${isConference}`,
    isTransfer: `${isTransfer}`,
    startMs: `${startMs}`,
  }
  return { key, raw: '', atMs: endMs, fields, isCounted: true, isCarried }
}

function carriedRow({ key, atMs, fields }: PendingCall): Row {
  const alone = unbillableRecord('carried_over', key, '')
  const { trunkSide } = fields
  const facts: CucmLeg = {
    key,
    callId: fields['callId'] ?? '',
    outside: fields['outside'] ?? '',
    trunkSide: trunkSide === 'called' || trunkSide === 'calling' ? trunkSide : 'none',
    isConference: fields['isConference'] === 'true',
    isTransfer: fields['isTransfer'] === 'true',
    startMs: Number.parseInt(fields['startMs'] ?? '0', 10),
    endMs: atMs,
    cdr: undefined,
  }
  return { alone, facts, isFixed: true, outcome: alone }
}
