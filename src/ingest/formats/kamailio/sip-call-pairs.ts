/**
 * INVITE and BYE rows become calls. Each row that is accepted leaves exactly once: the first half of a
 * pair as `superseded`, the second as the CDR, a half that stays alone as `call_incomplete`. Memory is
 * bounded by OPEN_CALLS_MAX halves; beyond it the oldest is incomplete, also when it came in an earlier
 * file.
 */
import type { Cdr, DecodedRecord } from '../../../core/usage/usage.ts'
import type { PendingCall } from '../../format.ts'
import { DURATION_SECONDS_MAX, rejectedRecord, unbillableRecord } from '../decoded-record.ts'

export interface SipRow {
  readonly method: 'INVITE' | 'BYE' | 'ACK'
  readonly isSuccess: boolean
  readonly callId: string
  readonly fromTag: string
  readonly toTag: string
  readonly account: string
  readonly src: string
  readonly dst: string
  /** CDR mode: the row is a whole call. NaN when its duration is no number of seconds. */
  readonly wholeSeconds: number | undefined
  readonly timeText: string
  /** 0 when the row has no time, NaN when it is none; of two candidates the first not before. */
  readonly timeAt: (notBeforeMs?: number) => number
  readonly raw: string
}

type Emit = (record: DecodedRecord) => void

/** One half of a call that waits for the other. */
interface OpenHalf {
  readonly method: 'INVITE' | 'BYE'
  readonly callId: string
  readonly fromTag: string
  readonly toTag: string
  readonly account: string
  readonly src: string
  readonly dst: string
  readonly raw: string
  /** 0 while it is not known (an INVITE that waits for its ACK). */
  atMs: number
  /** Its row ended in an earlier file. */
  readonly isCarried: boolean
}

export const OPEN_CALLS_MAX = 200_000
/** Calls that ended, to tell a second BYE or a re-INVITE that comes late from the half of a call. */
const CLOSED_CALLS_MAX = 20_000

export class SipCallPairs {
  readonly #carriesOpen: boolean
  /** By pair key, oldest first. */
  readonly #open = new Map<string, OpenHalf>()
  readonly #closed = new Set<string>()
  readonly #failed = new Map<string, number>()

  constructor(carriesOpen: boolean) {
    this.#carriesOpen = carriesOpen
  }

  accept(row: SipRow, emit: Emit): void {
    const key = pairKey(row)
    const half = this.#open.get(key)
    if (row.method === 'ACK') {
      if (half?.method === 'INVITE' && half.atMs === 0) half.atMs = row.timeAt() || 0
      emit(unbillableRecord('control_record', 'method ACK', row.raw))
    } else if (row.method === 'INVITE' && !row.isSuccess) {
      emit(this.#failedCall(row))
    } else if (this.#closed.has(key)) {
      emit(unbillableRecord('control_record', `${row.method} of a call that has ended`, row.raw))
    } else if (row.wholeSeconds !== undefined) {
      this.#open.delete(key)
      this.#close(key)
      if (half !== undefined && !half.isCarried) {
        emit(unbillableRecord('superseded', `the ${half.method} of a call`, half.raw))
      }
      emit(wholeCall(row, row.wholeSeconds))
    } else if (half === undefined) {
      this.#keep(key, row, emit)
    } else if (half.method === row.method) {
      emit(unbillableRecord('control_record', `another ${row.method} of the same call`, row.raw))
    } else {
      this.#open.delete(key)
      this.#close(key)
      if (!half.isCarried) {
        emit(unbillableRecord('superseded', `the ${half.method} of a call`, half.raw))
      }
      emit(callOf(half, row))
    }
  }

  /** What is still open is carried over, or incomplete. */
  end(emit: Emit): void {
    for (const half of this.#open.values()) {
      if (half.isCarried) continue
      if (this.#carriesOpen) {
        emit(unbillableRecord('carried_over', `the ${half.method} of an open call`, half.raw))
      } else emit(incompleteCall(half))
    }
    if (!this.#carriesOpen) this.#open.clear()
  }

  pending(): readonly PendingCall[] {
    return Array.from(this.#open, ([key, half]) => {
      const { method, callId, fromTag, toTag, account, src, dst, raw, atMs, isCarried } = half
      const fields = { method, callId, fromTag, toTag, account, src, dst }
      return { key, raw, atMs, fields, isCounted: false, isCarried }
    })
  }

  restore(pending: readonly PendingCall[]): void {
    for (const { key, raw, atMs, fields } of pending) {
      this.#open.set(key, {
        method: fields['method'] === 'BYE' ? 'BYE' : 'INVITE',
        callId: fields['callId'] ?? '',
        fromTag: fields['fromTag'] ?? '',
        toTag: fields['toTag'] ?? '',
        account: fields['account'] ?? '',
        src: fields['src'] ?? '',
        dst: fields['dst'] ?? '',
        raw,
        atMs,
        isCarried: true,
      })
    }
  }

  #keep(key: string, row: SipRow, emit: Emit): void {
    const atMs = row.timeAt()
    if (Number.isNaN(atMs)) {
      emit(rejectedRecord('invalid_time', `time "${row.timeText}"`, row.raw))
      return
    }
    const { callId, fromTag, toTag, account, src, dst, raw } = row
    const method = row.method === 'BYE' ? 'BYE' : 'INVITE'
    this.#open.set(key, {
      method,
      callId,
      fromTag,
      toTag,
      account,
      src,
      dst,
      raw,
      atMs,
      isCarried: false,
    })
    if (this.#open.size > OPEN_CALLS_MAX) this.#dropOldest(emit)
  }

  #dropOldest(emit: Emit): void {
    const [oldest] = this.#open
    if (oldest === undefined) return
    this.#open.delete(oldest[0])
    emit(incompleteCall(oldest[1]))
  }

  #close(key: string): void {
    this.#closed.add(key)
    if (this.#closed.size <= CLOSED_CALLS_MAX) return
    const [oldest] = this.#closed
    if (oldest !== undefined) this.#closed.delete(oldest)
  }

  /** A call that nobody answered: quantity 0. Each branch of a forked call fails on its own. */
  #failedCall(row: SipRow): DecodedRecord {
    const startMs = row.timeAt()
    if (Number.isNaN(startMs) || startMs === 0) {
      return unbillableRecord('not_answered', `time "${row.timeText}"`, row.raw)
    }
    const key = `${row.callId}/${row.fromTag}/${row.toTag}`
    const earlier = this.#failed.get(key) ?? 0
    this.#failed.set(key, earlier + 1)
    if (this.#failed.size > CLOSED_CALLS_MAX) {
      const [oldest] = this.#failed.keys()
      if (oldest !== undefined) this.#failed.delete(oldest)
    }
    const recordKey = earlier === 0 ? `${key}/failed` : `${key}/failed#${earlier}`
    return cdrOf(row, { recordKey, startMs, durationSeconds: 0, raw: row.raw })
  }
}

/** Tags swap when the called party hangs up, so they are sorted. */
function pairKey(row: SipRow): string {
  const [first, second] =
    row.fromTag < row.toTag ? [row.fromTag, row.toTag] : [row.toTag, row.fromTag]
  return `${row.callId}|${first}|${second}`
}

function incompleteCall(half: OpenHalf): DecodedRecord {
  const other = half.method === 'INVITE' ? 'BYE' : 'INVITE'
  return rejectedRecord('call_incomplete', `no ${other} came`, half.raw)
}

/** The call of two halves, whichever came first. The INVITE says who called whom. */
function callOf(half: OpenHalf, row: SipRow): DecodedRecord {
  const raw = `${half.raw}\n${row.raw}`
  const isInviteFirst = half.method === 'INVITE'
  const startMs = isInviteFirst ? half.atMs : row.timeAt()
  const endMs = isInviteFirst ? row.timeAt(startMs) : half.atMs
  if (Number.isNaN(startMs) || Number.isNaN(endMs) || startMs === 0 || endMs === 0) {
    return rejectedRecord('invalid_time', 'time of INVITE or BYE', raw)
  }
  const durationSeconds = Math.floor((endMs - startMs) / 1_000)
  if (durationSeconds < 0 || durationSeconds > DURATION_SECONDS_MAX) {
    return rejectedRecord('invalid_quantity', `BYE ${durationSeconds} s after INVITE`, raw)
  }
  const invite = isInviteFirst ? half : row
  const recordKey = `${invite.callId}/${invite.fromTag}/${invite.toTag}`
  return cdrOf(invite, { recordKey, startMs, durationSeconds, raw })
}

/** A row that says itself how long the call was. */
function wholeCall(row: SipRow, durationSeconds: number): DecodedRecord {
  const startMs = row.timeAt()
  if (Number.isNaN(startMs) || startMs === 0) {
    return rejectedRecord('invalid_time', `time "${row.timeText}"`, row.raw)
  }
  if (!(durationSeconds <= DURATION_SECONDS_MAX)) {
    return rejectedRecord('invalid_quantity', 'duration is no number of seconds', row.raw)
  }
  const recordKey = `${row.callId}/${row.fromTag}/${row.toTag}`
  return cdrOf(row, { recordKey, startMs, durationSeconds, raw: row.raw })
}

function cdrOf(
  invite: { src: string; dst: string; account: string },
  call: { recordKey: string; startMs: number; durationSeconds: number; raw: string },
): Cdr {
  return {
    status: 'cdr',
    raw: call.raw,
    recordKey: call.recordKey,
    kind: 'voice',
    direction: 'out',
    servedNumber: invite.src,
    imsi: '',
    iccid: '',
    trunk: invite.account,
    sender: invite.src,
    receiver: invite.dst,
    startMs: call.startMs,
    durationSeconds: call.durationSeconds,
    volumeUpBytes: 0,
    volumeDownBytes: 0,
    count: 1,
    visitedNetwork: '',
    sessionKey: '',
    partNumber: 0,
  }
}
