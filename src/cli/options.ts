/** What several commands read from their options, and how results are printed. */
import { once } from 'node:events'
import type { Command } from 'commander'
import { readConfig, type Config } from '../core/config/config.ts'
import { visibleText } from '../core/text/visible-text.ts'

/** The configuration for the data folder that the command line names. */
export function configOf(command: Command): Config {
  return readConfig(dataFolderOf(command))
}

export function dataFolderOf(command: Command): string {
  // The program's --dir has a default; one given after the command's name beats it.
  const own: unknown = command.getOptionValue('dir')
  const global: unknown = command.optsWithGlobals()['dir']
  return String(own ?? global)
}

export function print(text: string): void {
  process.stdout.write(visibleText(text.endsWith('\n') ? text : `${text}\n`))
}

/** Integers stand in it digit by digit, however large they are. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, exactIntegers, 2))
}

function exactIntegers(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? JSON.rawJSON(String(value)) : value
}

declare global {
  interface JSON {
    /** In Node.js, not in TypeScript yet. */
    rawJSON(text: string): object
  }
}

/** A remark that is no result: not part of what a pipe gets. */
export function remark(text: string): void {
  process.stderr.write(visibleText(`${text}\n`))
}

/**
 * A long result to standard output, as fast as it is read there. Whoever stops reading (`| head`) has
 * what they wanted: the rest is not computed, and what computes it has ended when this returns.
 */
export async function printPieces(pieces: AsyncIterable<string | Uint8Array>): Promise<void> {
  const { stdout } = process
  let failure: Error | undefined
  stdout.on('error', (error) => (failure ??= error))
  for await (const piece of shown(pieces)) {
    if (failure === undefined && !stdout.write(piece)) await untilDrained(stdout)
    if (failure !== undefined) break
  }
  await new Promise((resolve) => stdout.write('', resolve))
  if (failure !== undefined && !isClosedPipe(failure)) throw failure
}

async function untilDrained(stdout: NodeJS.WriteStream): Promise<void> {
  await once(stdout, 'drain').catch(() => undefined) // Why it never will was told to those who listen.
}

/** A file gets the pieces as they are, a terminal cannot. */
async function* shown(
  pieces: AsyncIterable<string | Uint8Array>,
): AsyncGenerator<string | Uint8Array> {
  const decoder = new TextDecoder()
  for await (const piece of pieces) {
    if (!process.stdout.isTTY) yield piece
    else yield visibleText(typeof piece === 'string' ? piece : decoder.decode(piece, STREAM))
  }
}

/** A character can lie in two pieces. */
const STREAM = { stream: true }

function isClosedPipe(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  return (
    code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ERR_STREAM_DESTROYED'
  )
}
