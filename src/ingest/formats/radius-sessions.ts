/**
 * Accounting records become usage. Counters are cumulative, so of a session either its last record
 * counts (the others are superseded), or each record counts what it adds to the one before (parts).
 * Each record that is accepted leaves exactly once; memory is bounded by OPEN_SESSIONS_MAX.
 */
import type { Cdr, DecodedRecord } from '../../core/usage.ts'
import type { EmitRecord, PendingCall } from '../format.ts'
import { DURATION_SECONDS_MAX, VOLUME_BYTES_MAX } from './decoded-record.ts'
import { rejectedRecord, unbillableRecord } from './decoded-record.ts'
import type { AccountingRecord } from './radius-attributes.ts'

export interface SessionRules {
  readonly interim: 'superseded' | 'parts'
  readonly carryOpen: boolean
  /** Who and where, of a record. */
  readonly identify: (record: AccountingRecord) => SessionIdentity
}

export type SessionIdentity = Pick<
  Cdr,
  'kind' | 'servedNumber' | 'imsi' | 'trunk' | 'sender' | 'receiver' | 'visitedNetwork'
>

/** The newest record of a session that has not stopped, and what of it was counted already. */
interface OpenSession {
  readonly raw: string
  readonly nas: string
  readonly atMs: number
  readonly seconds: number
  readonly input: number
  readonly output: number
  readonly part: number
  /** The CDR that the record becomes when the gateway restarts without a Stop. */
  readonly closing: DecodedRecord | undefined
  readonly isEmitted: boolean
}

export const OPEN_SESSIONS_MAX = 100_000

export class RadiusSessions {
  readonly #rules: SessionRules
  readonly #open = new Map<string, OpenSession>()

  constructor(rules: SessionRules) {
    this.#rules = rules
  }

  accept(record: AccountingRecord, raw: string, emit: EmitRecord): void {
    if (record.status === 'restart') {
      this.#closeAllOf(record.nas, emit)
      emit(unbillableRecord('control_record', 'the gateway restarted', raw))
      return
    }
    if (record.session === '') {
      emit(rejectedRecord('missing_field', 'no Acct-Session-Id', raw))
    } else if (record.status === 'start') {
      emit(unbillableRecord('control_record', 'the start of a session', raw))
    } else {
      const problem = problemOf(record)
      if (problem !== undefined) emit(rejectedRecord(problem.reason, problem.detail, raw))
      else if (this.#rules.interim === 'parts') this.#countPart(record, raw, emit)
      else if (record.status === 'stop') this.#stop(record, raw, emit)
      else this.#hold(record, raw, emit)
    }
  }

  /** Sessions without a Stop are carried over, or incomplete. */
  end(emit: EmitRecord): void {
    for (const session of this.#open.values()) {
      if (session.isEmitted) continue
      if (this.#rules.carryOpen) {
        emit(unbillableRecord('superseded', 'open, carried to the next file', session.raw))
      } else emit(incompleteSession(session))
    }
    if (!this.#rules.carryOpen) this.#open.clear()
  }

  pending(): readonly PendingCall[] {
    return Array.from(this.#open, ([key, session]) => {
      const { raw, nas, atMs, seconds, input, output, part } = session
      const counters = { seconds, input, output, part }
      const texts = Object.entries(counters).map(([name, value]) => [name, String(value)])
      return { key, raw, atMs, fields: { nas, ...Object.fromEntries(texts) } }
    })
  }

  restore(pending: readonly PendingCall[]): void {
    for (const { key, raw, atMs, fields } of pending) {
      const count = (name: string) => Number.parseInt(fields[name] ?? '0', 10)
      this.#open.set(key, {
        raw,
        nas: fields['nas'] ?? '',
        atMs,
        seconds: count('seconds'),
        input: count('input'),
        output: count('output'),
        part: count('part'),
        closing: undefined,
        isEmitted: true,
      })
    }
  }

  #stop(record: AccountingRecord, raw: string, emit: EmitRecord): void {
    const held = this.#open.get(record.session)
    this.#open.delete(record.session)
    if (held !== undefined && !held.isEmitted) emit(supersededRecord(held.raw))
    emit(this.#wholeSession(record, raw))
  }

  /** Keeps the newest interim record; the one before it is superseded. */
  #hold(record: AccountingRecord, raw: string, emit: EmitRecord): void {
    const held = this.#open.get(record.session)
    if (held !== undefined && !isLater(record, held)) {
      emit(supersededRecord(raw))
      return
    }
    if (held !== undefined && !held.isEmitted) emit(supersededRecord(held.raw))
    this.#keep(record, raw, { part: 0, closing: this.#wholeSession(record, raw) }, emit)
  }

  #countPart(record: AccountingRecord, raw: string, emit: EmitRecord): void {
    const before = this.#open.get(record.session)
    if (before !== undefined && !isLater(record, before)) {
      if (record.status === 'stop') this.#open.delete(record.session)
      emit(supersededRecord(raw))
      return
    }
    const part = (before?.part ?? 0) + 1
    emit(this.#partOf(record, before, part, raw))
    if (record.status === 'stop') this.#open.delete(record.session)
    else this.#keep(record, raw, { part, closing: undefined }, emit)
  }

  #keep(
    record: AccountingRecord,
    raw: string,
    state: { part: number; closing: DecodedRecord | undefined },
    emit: EmitRecord,
  ): void {
    this.#open.delete(record.session) // So that the map is ordered by the newest record.
    this.#open.set(record.session, {
      raw,
      nas: record.nas,
      atMs: record.atMs,
      seconds: Math.max(record.sessionSeconds, 0),
      input: Math.max(record.inputBytes, 0),
      output: Math.max(record.outputBytes, 0),
      ...state,
      isEmitted: this.#rules.interim === 'parts',
    })
    if (this.#open.size <= OPEN_SESSIONS_MAX) return
    const [oldest] = this.#open
    if (oldest === undefined) return
    this.#open.delete(oldest[0])
    if (!oldest[1].isEmitted) emit(incompleteSession(oldest[1]))
  }

  /** A restart ends the sessions of the gateway: their last counters are all there will be. */
  #closeAllOf(nas: string, emit: EmitRecord): void {
    for (const [key, session] of this.#open) {
      if (session.nas !== nas || session.isEmitted) continue
      this.#open.delete(key)
      emit(session.closing ?? incompleteSession(session))
    }
  }

  #wholeSession(record: AccountingRecord, raw: string): Cdr {
    const seconds = Math.max(record.sessionSeconds, 0)
    return this.#cdr(record, raw, {
      recordKey: `${record.session}/stop`,
      startMs: record.atMs - seconds * 1_000,
      durationSeconds: seconds,
      volumeUpBytes: Math.max(record.inputBytes, 0),
      volumeDownBytes: Math.max(record.outputBytes, 0),
      partNumber: 0,
    })
  }

  #partOf(
    record: AccountingRecord,
    before: OpenSession | undefined,
    part: number,
    raw: string,
  ): Cdr {
    const seconds = Math.max(record.sessionSeconds, 0)
    return this.#cdr(record, raw, {
      recordKey: `${record.session}/${record.status}/${seconds}/${part}`,
      startMs: before?.atMs ?? record.atMs - seconds * 1_000,
      durationSeconds: seconds - (before?.seconds ?? 0),
      volumeUpBytes: Math.max(record.inputBytes, 0) - (before?.input ?? 0),
      volumeDownBytes: Math.max(record.outputBytes, 0) - (before?.output ?? 0),
      partNumber: part,
    })
  }

  #cdr(
    record: AccountingRecord,
    raw: string,
    measured: Pick<
      Cdr,
      | 'recordKey'
      | 'startMs'
      | 'durationSeconds'
      | 'volumeUpBytes'
      | 'volumeDownBytes'
      | 'partNumber'
    >,
  ): Cdr {
    return {
      status: 'cdr',
      raw,
      direction: 'out',
      iccid: '',
      count: 1,
      sessionKey: record.session,
      ...this.#rules.identify(record),
      ...measured,
    }
  }
}

/** Counters only grow: a record that counts no more in anything came late or twice. */
function isLater(record: AccountingRecord, held: OpenSession): boolean {
  const { sessionSeconds, inputBytes, outputBytes } = record
  const isLess = inputBytes < held.input || outputBytes < held.output
  const isMore =
    sessionSeconds > held.seconds || inputBytes > held.input || outputBytes > held.output
  return !isLess && sessionSeconds >= held.seconds && (isMore || record.status === 'stop')
}

function problemOf(
  record: AccountingRecord,
): { reason: 'invalid_time' | 'missing_field' | 'invalid_quantity'; detail: string } | undefined {
  if (!(record.atMs > 0)) return { reason: 'invalid_time', detail: 'no time of the event' }
  if (record.inputBytes === -1 && record.outputBytes === -1 && record.sessionSeconds === -1) {
    return { reason: 'missing_field', detail: 'no octets and no session time' }
  }
  const volume = record.inputBytes + record.outputBytes
  const isSane = record.sessionSeconds <= DURATION_SECONDS_MAX && volume <= VOLUME_BYTES_MAX
  return isSane ? undefined : { reason: 'invalid_quantity', detail: 'octets or session time' }
}

function supersededRecord(raw: string): DecodedRecord {
  return unbillableRecord('superseded', 'counters that a later record contains', raw)
}

function incompleteSession(session: OpenSession): DecodedRecord {
  return rejectedRecord('call_incomplete', 'the session has no Stop', session.raw)
}
