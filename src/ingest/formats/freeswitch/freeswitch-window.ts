/** Documents of FreeSWITCH held back until their call is known; the last ones go on in the next file. */
import type { DecodedRecord } from '../../../core/usage/usage.ts'
import type { EmitRecord, PendingCall } from '../../format.ts'
import { unbillableRecord } from '../decoded-record.ts'
import { judgeFreeswitchCall, linkOfLeg } from './freeswitch-calls.ts'
import type { FreeswitchLeg } from './freeswitch-calls.ts'
import { hashOf, LINKED_ROWS_CARRIED_MAX, LinkedWindow } from '../linked-window.ts'
import type { LinkedRow } from '../linked-window.ts'

type Row = LinkedRow<FreeswitchLeg>

export interface FreeswitchWindow {
  add(row: Row, emit: EmitRecord): void
  end(emit: EmitRecord): void
  pending(): readonly PendingCall[]
  restore(calls: readonly PendingCall[]): void
}

const rules = {
  linkOf: ({ facts }: Row) => (facts === undefined ? '' : linkOfLeg(facts)),
  decode: (row: Row) => row,
  decodeLone(row: Row): DecodedRecord {
    judgeFreeswitchCall([row])
    return row.outcome
  },
  judge: judgeFreeswitchCall,
}

export function createFreeswitchWindow(): FreeswitchWindow {
  let window = new LinkedWindow<Row, FreeswitchLeg>(rules)
  const pending: PendingCall[] = []
  return {
    add: (row, emit) => window.add(row, hashOf(rules.linkOf(row)), emit),
    end(emit) {
      window.flush(emit, ({ facts }, isCarried) => {
        const call = facts === undefined ? undefined : pendingOf(facts, isCarried)
        if (call !== undefined) pending.push(call)
      })
    },
    pending: () => pending.slice(-LINKED_ROWS_CARRIED_MAX),
    restore(calls) {
      window = new LinkedWindow<Row, FreeswitchLeg>(rules, calls.map(carriedRow))
    },
  }
}

/** What the judge needs of an answered leg: who called whom, when, and how it was made. */
function pendingOf(facts: FreeswitchLeg, isCarried: boolean): PendingCall | undefined {
  const { uuid, originator, isOutbound, isIncoming, isThroughGateway, usage } = facts
  if (usage.status !== 'cdr' || !facts.isAnswered) return undefined
  const { sender, receiver, servedNumber, trunk, direction, startMs, durationSeconds } = usage
  const flags = [isOutbound ? 'outbound' : '', isIncoming ? 'incoming' : '']
  const fields = {
    originator,
    sender,
    receiver,
    servedNumber,
    trunk,
    direction,
    flags: [...flags, isThroughGateway ? 'gateway' : ''].join(' '),
    startMs: `${startMs}`,
    seconds: `${durationSeconds}`,
  }
  const atMs = startMs + durationSeconds * 1_000
  return { key: uuid, raw: '', atMs, fields, isCounted: true, isCarried }
}

function carriedRow({ key, fields }: PendingCall): Row {
  const text = (name: string) => fields[name] ?? ''
  const flags = text('flags').split(' ')
  const alone = unbillableRecord('carried_over', key, '')
  const facts: FreeswitchLeg = {
    uuid: key,
    originator: text('originator'),
    isOutbound: flags.includes('outbound'),
    isIncoming: flags.includes('incoming'),
    isThroughGateway: flags.includes('gateway'),
    isAnswered: true,
    usage: {
      status: 'cdr',
      raw: '',
      recordKey: key,
      kind: 'voice',
      direction: text('direction') === 'in' ? 'in' : 'out',
      servedNumber: text('servedNumber'),
      imsi: '',
      iccid: '',
      trunk: text('trunk'),
      sender: text('sender'),
      receiver: text('receiver'),
      startMs: Number.parseInt(text('startMs'), 10),
      durationSeconds: Number.parseInt(text('seconds'), 10),
      volumeUpBytes: 0,
      volumeDownBytes: 0,
      count: 1,
      visitedNetwork: '',
      sessionKey: '',
      partNumber: 0,
      overTrunk: flags.includes('gateway'),
    },
  }
  return { alone, facts, isFixed: true, outcome: alone }
}
