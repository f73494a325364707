/**
 * One command, from its words to its exit status: 0 done, 1 something needs attention, 2 usage or
 * configuration error. What goes wrong becomes sentences on standard error.
 */
import { CommanderError } from 'commander'
import { TikError } from '../core/errors.ts'
import { remark } from './options.ts'
import { createProgram } from './program.ts'

/** `argv` as the process has it, from its third word on what the user wrote. Sets the exit status. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(argv)
  } catch (error) {
    process.exitCode = report(error)
  }
}

/** Says what went wrong and what to do. A bug keeps its stack: it is for us, not for the user. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2 // Commander has printed.
  if (error instanceof TikError) {
    remark(`tik: ${error.message}`)
    if (error.hint !== undefined) remark(`     ${error.hint}`)
    return error.exitStatus
  }
  remark(`tik: a bug: please report this\n${error instanceof Error ? error.stack : String(error)}`)
  return 1
}
