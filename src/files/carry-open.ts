/**
 * Decoders of files whose calls or sessions go on in later files of the same source. What a file leaves
 * open is a function of its bytes, its settings and what the file before it left open, so reading the
 * files again gives the same records. What nothing is heard of for `openHours` is given up by the
 * record that says so, in the file at whose end it is too old.
 */
import { z } from 'zod'
import type { DecodedRecord } from '../core/usage/usage.ts'
import type { EmitRecord, PendingCall, RecordDecoder, SourceConfig } from '../ingest/format.ts'
import { formatAdapters } from '../ingest/formats/format-registry.ts'
import { rejectedRecord } from '../ingest/formats/decoded-record.ts'
import { OPEN_HOURS_DEFAULT } from '../ingest/formats/format-options.ts'
import { openDecoder } from '../ingest/reading/open-decoder.ts'
import type { FileIdentity } from '../ingest/reading/open-decoder.ts'

/** A decoder for a file after which `pending` was open; afterwards `pendingCalls` says what is. */
export function openCarryingDecoder(
  source: SourceConfig,
  file: FileIdentity,
  pending: readonly PendingCall[],
): RecordDecoder {
  const { giveUpBeforeMs, ...options } = source.options
  if (giveUpBeforeMs !== undefined) return givingUp(pending, z.int().parse(giveUpBeforeMs))
  const decoder = openDecoder({ ...source, options }, file)
  const { carryOpen, openHours } = carrySettings.parse(options)
  if (!carriesOpen(source)) return decoder
  if (!carryOpen) return { ...decoder, pendingCalls: () => pending }
  return carrying(decoder, { pending, openMs: openHours * HOUR_MS, ...file })
}

/** Files of such a format are read in the light of the files before them. */
export function carriesOpen({ format }: { readonly format: string }): boolean {
  return formatAdapters().some((adapter) => adapter.name === format && adapter.carriesOpen === true)
}

/**
 * The source of a new file, to be archived with it: calls over files are paired, and the legs of a call
 * judged together, unless its settings say otherwise.
 */
export function withCarry(source: SourceConfig): SourceConfig {
  if (!carriesOpen(source)) return source
  const legs = judgesLegs(source) ? { legs: 'linked' } : {}
  return { ...source, options: { carryOpen: true, ...legs, ...source.options } }
}

/** A source that was archived with a file, by this build or by one that judged each row by itself. */
export function sourceOfBefore(source: SourceConfig): SourceConfig {
  if (!judgesLegs(source)) return source
  return { ...source, options: { legs: 'row', ...source.options } }
}

function judgesLegs({ format }: SourceConfig): boolean {
  return formatAdapters().some((adapter) => adapter.name === format && adapter.judgesLegs === true)
}

/** What is open before such a file is open after it, whatever its bytes are. */
export function passesOpenCalls({ options }: SourceConfig): boolean {
  return options['carryOpen'] !== true && options['giveUpBeforeMs'] === undefined
}

/**
 * The source of a file that a person adds to the log to give up what is open since before a moment:
 * nothing of its content is read.
 */
export function givingUpSource(source: SourceConfig, beforeMs: number): SourceConfig {
  return { ...source, options: { ...source.options, giveUpBeforeMs: beforeMs } }
}

const carrySettings = z.looseObject({
  carryOpen: z.boolean().default(false),
  openHours: z.int().default(OPEN_HOURS_DEFAULT),
})
const HOUR_MS = 3_600_000

function carrying(
  decoder: RecordDecoder,
  carried: FileIdentity & { readonly pending: readonly PendingCall[]; readonly openMs: number },
): RecordDecoder {
  const { pending, openMs, registeredMs } = carried
  decoder.restorePending?.(pending)
  let newestMs = 0
  let left: readonly PendingCall[] = []
  /** A clock that is wrong must not make everything look old. */
  const note = (atMs: number) => {
    if (atMs > newestMs && atMs <= registeredMs) newestMs = atMs
  }
  const noting = (emit: EmitRecord) => (record: DecodedRecord) => {
    if (record.status === 'cdr') note(record.startMs + record.durationSeconds * 1_000)
    emit(record)
  }
  return {
    push: (chunk, emit) => decoder.push(chunk, noting(emit)),
    end(emit) {
      decoder.end(noting(emit))
      const open = decoder.pendingCalls?.() ?? []
      for (const { atMs } of open) note(atMs)
      left = giveUp(open, newestMs - openMs, emit)
    },
    pendingCalls: () => left,
  }
}

function givingUp(pending: readonly PendingCall[], beforeMs: number): RecordDecoder {
  let left = pending
  return {
    push: () => {},
    end(emit) {
      const earlier = pending.map((call) => ({ ...call, isCarried: true }))
      left = giveUp(earlier, beforeMs, emit)
    },
    pendingCalls: () => left,
  }
}

/** Returns what stays open. What came in this very file stays: its record has just ended. */
function giveUp(
  open: readonly PendingCall[],
  beforeMs: number,
  emit: EmitRecord,
): readonly PendingCall[] {
  return open.filter((call) => {
    if (!call.isCarried || call.atMs >= beforeMs) return true
    if (!call.isCounted) {
      emit(rejectedRecord('call_incomplete', 'its rest never came: given up', call.raw))
    }
    return false
  })
}
