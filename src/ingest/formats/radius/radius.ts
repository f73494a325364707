/**
 * RADIUS accounting as text: detail files of FreeRADIUS (a date line, then indented attributes) and
 * plain lists of attributes, records separated by an empty line, comments with `#`.
 *
 * Key: Acct-Unique-Session-Id, or gateway and Acct-Session-Id: the session. A Stop that is sent again
 *   has the same key and is found duplicate.
 * Records: Stop is the usage. Start, Accounting-On and -Off are control records. Counters are
 *   cumulative with gigawords of 2^32 octets, so an Interim-Update is superseded by the next record of
 *   its session; without any Stop it is `call_incomplete`, or counts when its gateway restarts. With
 *   `interim: parts` each record is usage of what it adds to the one before; that needs `carryOpen`,
 *   since the counters of a session go on in the next file (pendingCalls). A part whose earlier ones are
 *   not known (older than `openHours`) is `call_incomplete`: its counters would charge them again.
 *   Counters only grow (radius-counters.ts): 32 bits of octets that wrapped without gigawords are made
 *   good where that is certain; a record that contradicts what was seen is `invalid_quantity`, and a
 *   Stop with less than its interim record ends the session with the interim's counters.
 * Order: a held interim record leaves when its session goes on; the others at once.
 * Answered: not applicable; seconds are Acct-Session-Time as it is, bytes are octets. Input is from the
 *   user (up), output to the user (down).
 * Time: Event-Timestamp; else received minus Acct-Delay-Time. Names of zones come from
 *   `zoneAbbreviations`; the date line is local time of the source. The start is the event minus the
 *   session time, so a session through a DST change is right.
 * End: a detail record at the end of the file without its empty line and without Timestamp, the last
 *   line of a record, was cut: `truncated_record`. Text: UTF-8 or Latin-1.
 */
import assert from 'node:assert/strict'
import { z } from 'zod'
import { RECORD_BYTES_MAX } from '../../format.ts'
import type { EmitRecord, FormatAdapter, RecordDecoder, SourceConfig } from '../../format.ts'
import { oversizedRecord, rejectedRecord, unbillableRecord } from '../decoded-record.ts'
import {
  carryOptions,
  localClockOf,
  mappingInvalid,
  parseOptions,
  textOptions,
} from '../format-options.ts'
import { LineSplitter } from '../../text/line-splitter.ts'
import type { LineSink } from '../../text/line-splitter.ts'
import { createEventTimeReaders, readAttribute, toAccounting } from './radius-attributes.ts'
import type { AccountingRecord, EventTimeReaders } from './radius-attributes.ts'
import { OPEN_SESSIONS_MAX, RadiusSessions } from './radius-sessions.ts'
import type { SessionIdentity } from './radius-sessions.ts'

/** Offsets of the abbreviations that are unambiguous in Europe, and of those seen in samples. */
const ZONES = {
  UTC: '+0000',
  GMT: '+0000',
  WET: '+0000',
  WEST: '+0100',
  BST: '+0100',
  CET: '+0100',
  CEST: '+0200',
  EET: '+0200',
  EEST: '+0300',
  WIB: '+0700',
}

const optionsSchema = z.strictObject({
  ...textOptions,
  ...carryOptions,
  kind: z.enum(['data', 'voice']).default('data'),
  interim: z.enum(['superseded', 'parts']).default('superseded'),
  /** Attribute that holds the served number. */
  servedAttribute: z.string().default('Calling-Station-Id'),
  /** 'MCCMNC' of networks that are home. */
  homeNetworks: z.array(z.string().regex(/^\d{5,6}$/)).default([]),
  zoneAbbreviations: z.record(z.string(), z.string().regex(/^[+-]\d{4}$/)).default(ZONES),
})
type Options = z.infer<typeof optionsSchema>

const ATTRIBUTES_MAX = 1_000

export const radiusAdapter: FormatAdapter = {
  name: 'radius',
  product: 'mobile',
  carriesOpen: true,
  detect(head) {
    const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1')
    return /^[ \t]{0,80}Acct-Status-Type[ \t]{0,80}=[ \t]{0,80}\S/m.test(text) ? 0.9 : 0
  },
  createDecoder(source) {
    const options = parseOptions(optionsSchema, source)
    if (options.interim === 'parts' && !options.carryOpen) {
      throw mappingInvalid(source, ['options.interim: parts needs options.carryOpen'])
    }
    return createRadiusDecoder(source, options)
  },
}

function createRadiusDecoder(source: SourceConfig, options: Options): RecordDecoder {
  const splitter = new LineSplitter(options.encoding, 'keep-empty')
  const readers = createEventTimeReaders(localClockOf(source), options.zoneAbbreviations)
  const identify = (record: AccountingRecord) => identityOf(record, options)
  const sessions = new RadiusSessions({ ...options, identify, openSessionsMax: OPEN_SESSIONS_MAX })
  const block = new AttributeBlock()

  function finish(emit: EmitRecord, end: 'empty-line' | 'next-record' | 'file' | 'cut-line'): void {
    if (block.isEmpty()) return
    const { raw, header, attributes, problem } = block.take()
    const isCut = header !== '' && !attributes.has('Timestamp') && end !== 'empty-line'
    if (end === 'cut-line' || (end === 'file' && isCut)) {
      emit(rejectedRecord('truncated_record', 'the last record is cut off', raw))
    } else if (problem !== '') {
      emit(rejectedRecord('malformed_record', problem, raw))
    } else if (attributes.size === 0) {
      emit(rejectedRecord('malformed_record', 'a record without attributes', raw))
    } else {
      const record = toAccounting(attributes, header, readers)
      if (record === undefined) {
        emit(unbillableRecord('control_record', 'no accounting record', raw))
      } else sessions.accept(record, raw, emit)
    }
  }

  function sinkTo(emit: EmitRecord): LineSink {
    return {
      line(text, terminated) {
        if (text.trim() === '') finish(emit, 'empty-line')
        else if (!text.startsWith('#')) {
          if (block.startsAnother(text)) finish(emit, 'next-record')
          block.add(text)
        }
        if (!terminated) finish(emit, 'cut-line')
      },
      oversized(head) {
        finish(emit, 'next-record')
        emit(oversizedRecord(head))
      },
    }
  }

  return {
    push: (chunk, emit) => splitter.push(chunk, sinkTo(emit)),
    end(emit) {
      splitter.end(sinkTo(emit))
      finish(emit, 'file')
      sessions.end(emit)
    },
    pendingCalls: () => sessions.pending(),
    restorePending(pending) {
      for (const session of pending) sessions.restore(session, readAgain(session.raw, readers))
    },
  }
}

/** A record that was accepted before, from the lines that it was kept as. */
function readAgain(raw: string, readers: EventTimeReaders): AccountingRecord {
  const block = new AttributeBlock()
  for (const line of raw.split('\n')) block.add(line)
  const { header, attributes } = block.take()
  const record = toAccounting(attributes, header, readers)
  assert(record !== undefined, 'a session that is carried over was an accounting record')
  return record
}

/** The lines of one record while they come in. */
class AttributeBlock {
  #lines: string[] = []
  #bytes = 0
  #header = ''
  #problem = ''
  #attributes = new Map<string, string>()

  isEmpty(): boolean {
    return this.#lines.length === 0
  }

  /** A line that is not indented and no attribute is the date line of another record. */
  startsAnother(line: string): boolean {
    return this.#lines.length > 0 && /^\S/.test(line) && !line.includes('=')
  }

  add(line: string): void {
    this.#bytes += line.length
    if (this.#bytes > RECORD_BYTES_MAX || this.#attributes.size >= ATTRIBUTES_MAX) {
      this.#problem = `more than ${RECORD_BYTES_MAX} bytes or ${ATTRIBUTES_MAX} attributes`
      this.#lines = [(this.#lines[0] ?? line).slice(0, 1_024)]
      return
    }
    const isFirst = this.#lines.length === 0
    this.#lines.push(line)
    if (readAttribute(line, this.#attributes)) return
    if (isFirst && /^\S/.test(line)) this.#header = line
    else if (this.#problem === '') this.#problem = `"${line.trim().slice(0, 80)}" is no attribute`
  }

  take(): { raw: string; header: string; attributes: Map<string, string>; problem: string } {
    const raw = this.#lines.join('\n')
    const taken = {
      raw,
      header: this.#header,
      attributes: this.#attributes,
      problem: this.#problem,
    }
    this.#lines = []
    this.#bytes = 0
    this.#header = ''
    this.#problem = ''
    this.#attributes = new Map()
    return taken
  }
}

function identityOf(record: AccountingRecord, options: Options): SessionIdentity {
  const { read } = record
  const served = read(options.servedAttribute)
  const isVoice = options.kind === 'voice'
  const network = read('3GPP-SGSN-MCC-MNC')
  const isHome = network === '' || options.homeNetworks.includes(network)
  return {
    kind: options.kind,
    servedNumber: served,
    imsi: read('3GPP-IMSI'),
    trunk: read('User-Name'),
    sender: served,
    receiver: isVoice ? read('Called-Station-Id') : '',
    visitedNetwork: isHome ? '' : `${network.slice(0, 3)}-${network.slice(3)}`,
  }
}
