/**
 * A TAP file cut into its elements while it comes in, whatever the chunks: the parts of the batch
 * (control, accounting, network, audit) and the events of its list. Memory is bounded by one element.
 *
 * Lengths nest, so a file whose structure is broken cannot be read beyond that place: one `broken`
 * record tells so, and the file is not to be counted.
 */
import { RECORD_BYTES_MAX } from '../../format.ts'
import { BROKEN, createBerHeader, endOfIndefinite, END_OF_CONTENTS } from './ber.ts'
import { INCOMPLETE, readBerHeader } from './ber.ts'
import type { BerHeader } from './ber.ts'
import { TAP } from './tap3-tags.ts'

export interface TapElementSink {
  /** A part of the batch, or the whole of a notification: its tag and content. */
  part(tag: number, bytes: Buffer, from: number, to: number): void
  /** One event: the element with its header from `start`, its content in [from, to). */
  event(tag: number, bytes: Buffer, start: number, from: number, to: number): void
  /** An event longer than RECORD_BYTES_MAX: its first bytes. */
  oversized(head: Buffer): void
  /** No BER, or no TAP, from here on: the first bytes. */
  broken(head: Buffer): void
  /** The file ends inside an event or before its list: the first bytes of what is incomplete. */
  truncated(head: Buffer): void
}

/** How much of an element that cannot be read is kept. */
export const TAP_HEAD_BYTES = 512

/** An element that is open: a batch, or its list of events. */
interface Frame {
  readonly tag: number
  /** File offset at which it must have ended; Infinity if nothing around it is of definite length. */
  readonly end: number
  readonly isIndefinite: boolean
}

export class TapElementStream {
  readonly problems: string[] = []
  readonly #header: BerHeader = createBerHeader()
  /** Bytes that are not read yet: at most one element. */
  #pieces: Buffer[] = []
  #openBytes = 0
  /** File offset of the first open byte. */
  #offset = 0
  #frames: Frame[] = []
  #skipBytes = 0
  #state: 'start' | 'inside' | 'done' | 'broken' = 'start'
  /** File offset up to which bytes must have come before the open element is looked at again. */
  #lookAgainAt = 0
  #hasSeenList = false
  #trailingBytes = 0
  #hasReportedBroken = false

  push(chunk: Uint8Array, sink: TapElementSink): void {
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (this.#skipBytes > 0) {
      const skipped = Math.min(this.#skipBytes, bytes.length)
      this.#skipBytes -= skipped
      this.#offset += skipped
      bytes = bytes.subarray(skipped)
    }
    if (this.#offset + this.#openBytes + bytes.length < this.#lookAgainAt) {
      this.#keepOpen(bytes)
      return
    }
    this.#read(this.#openBytes === 0 ? bytes : Buffer.concat([...this.#pieces, bytes]), sink)
  }

  end(sink: TapElementSink): void {
    this.#read(Buffer.concat(this.#pieces), sink) // Nothing more comes to wait for.
    const open = Buffer.concat(this.#pieces).subarray(0, TAP_HEAD_BYTES)
    if (this.#state === 'broken') {
      if (open.length > 0) sink.broken(open)
    } else if (this.#state !== 'done') {
      const isEmpty = this.#state === 'start' && open.length === 0
      this.problems.push(isEmpty ? 'the file is empty' : 'the file is cut off')
      const frame = this.#frames.at(-1)
      const isInList = frame?.tag === TAP.callEventDetailList
      const hasBegun = open.length > 0 && !isHalfOfEnd(open, frame)
      if (hasBegun && (isInList || !this.#hasSeenList)) sink.truncated(open)
    }
    if (this.#trailingBytes > 0) {
      this.problems.push(`${this.#trailingBytes} bytes follow the batch: its length is wrong`)
    }
    this.#pieces = []
  }

  /** Reads what is complete of the open bytes and keeps the rest open. */
  #read(bytes: Buffer, sink: TapElementSink): void {
    this.#pieces = []
    this.#openBytes = 0
    const used = this.#state === 'broken' ? 0 : this.#readElements(bytes, sink)
    this.#offset += Math.min(used, bytes.length)
    this.#skipBytes += Math.max(0, used - bytes.length)
    if (this.#isBroken()) this.#keepBrokenHead(bytes.subarray(used), sink)
    else this.#keepOpen(bytes.subarray(used))
  }

  #keepOpen(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.#pieces.push(Buffer.from(bytes)) // A copy: the caller may use its chunk again.
    this.#openBytes += bytes.length
  }

  #isBroken(): boolean {
    return this.#state === 'broken'
  }

  /** Reads what is complete; returns how many bytes are done with, perhaps more than there are. */
  #readElements(bytes: Buffer, sink: TapElementSink): number {
    let at = 0
    while (at < bytes.length) {
      this.#closeFrames(at)
      if (this.#state === 'done') {
        this.#countTrailing(bytes, at)
        return bytes.length
      }
      const next = this.#readElement(bytes, at, sink)
      if (next === BROKEN) {
        this.#state = 'broken'
        this.problems.push(`the structure is broken at byte ${this.#offset + at}`)
        return at
      }
      if (next === INCOMPLETE) return at
      at = next
    }
    this.#closeFrames(at)
    return at
  }

  #readElement(bytes: Buffer, at: number, sink: TapElementSink): number {
    const header = this.#header
    const content = readBerHeader(bytes, at, bytes.length, header)
    if (content < 0) return content
    const { tag, length } = header
    const frame = this.#frames.at(-1)
    if (tag === END_OF_CONTENTS) return this.#closeIndefinite(frame, length, content)
    const elementEnd = length === -1 ? Infinity : this.#offset + content + length
    if (length !== -1 && elementEnd > (frame?.end ?? Infinity)) return BROKEN
    if (frame === undefined) return this.#openTop(tag, elementEnd, content)
    if (frame.tag === TAP.transferBatch && tag === TAP.callEventDetailList) {
      this.#frames.push({
        tag,
        end: Math.min(elementEnd, frame.end),
        isIndefinite: length === -1,
      })
      this.#hasSeenList = true
      return content
    }
    const isEvent = frame.tag === TAP.callEventDetailList
    if (length > RECORD_BYTES_MAX) return this.#skipOversized(bytes, at, content, isEvent, sink)
    const end = this.#contentEnd(bytes, at, content, length)
    if (end < 0) return end
    if (isEvent) sink.event(tag, bytes, at, content, end)
    else sink.part(tag, bytes, content, end)
    return length === -1 ? end + 2 : end
  }

  #openTop(tag: number, end: number, content: number): number {
    if (tag !== TAP.transferBatch && tag !== TAP.notification) return BROKEN
    if (!this.#header.isConstructed) return BROKEN
    this.#state = 'inside'
    this.#frames.push({ tag, end, isIndefinite: this.#header.length === -1 })
    return content
  }

  /** End of the element's content, when all of it is there. */
  #contentEnd(bytes: Buffer, at: number, content: number, length: number): number {
    if (length !== -1) {
      if (content + length <= bytes.length) return content + length
      this.#lookAgainAt = this.#offset + content + length
      return INCOMPLETE
    }
    const end = endOfIndefinite(bytes, content, bytes.length)
    if (end === BROKEN) return BROKEN
    const size = (end === INCOMPLETE ? bytes.length : end) - at
    if (size > RECORD_BYTES_MAX) return BROKEN
    if (end === INCOMPLETE || end + 2 > bytes.length) {
      this.#lookAgainAt = this.#offset + bytes.length + Math.floor(size / 2)
      return INCOMPLETE
    }
    return end
  }

  #closeIndefinite(frame: Frame | undefined, length: number, content: number): number {
    if (frame === undefined || !frame.isIndefinite || length !== 0) return BROKEN
    this.#frames.pop()
    if (this.#frames.length === 0) this.#state = 'done'
    return content
  }

  /** Leaves the elements of definite length that end at or before this place. */
  #closeFrames(at: number): void {
    while (this.#frames.length > 0 && this.#offset + at >= (this.#frames.at(-1)?.end ?? Infinity)) {
      this.#frames.pop()
      if (this.#frames.length === 0) this.#state = 'done'
    }
  }

  #skipOversized(
    bytes: Buffer,
    at: number,
    content: number,
    isEvent: boolean,
    sink: TapElementSink,
  ): number {
    if (!isEvent) return BROKEN
    const headEnd = at + TAP_HEAD_BYTES
    if (bytes.length < headEnd) return INCOMPLETE // The element is longer than its head.
    sink.oversized(bytes.subarray(at, headEnd))
    return content + this.#header.length
  }

  /** Zero bytes after the batch are padding; anything else means that its length does not hold. */
  #countTrailing(bytes: Buffer, at: number): void {
    for (let next = at; next < bytes.length; next += 1) {
      if (bytes[next] !== 0) this.#trailingBytes += 1
    }
  }

  #keepBrokenHead(bytes: Buffer, sink: TapElementSink): void {
    if (this.#hasReportedBroken) return
    if (bytes.length < TAP_HEAD_BYTES) {
      this.#keepOpen(bytes)
      return
    }
    sink.broken(bytes.subarray(0, TAP_HEAD_BYTES))
    this.#hasReportedBroken = true
  }
}

/** The first of the two zero bytes that end an indefinite length: the end of what was, no element. */
function isHalfOfEnd(open: Buffer, frame: Frame | undefined): boolean {
  return frame?.isIndefinite === true && open.length === 1 && open[0] === 0
}
