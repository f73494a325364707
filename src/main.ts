/**
 * The command line. Picks the command, turns errors into sentences and exit statuses: 0 done,
 * 1 something needs attention, 2 usage or configuration error.
 */
import { CommanderError } from 'commander'
import { createProgram } from './cli/program.ts'
import { TikError } from './core/errors.ts'

const SIGPIPE_STATUS = 128 + 13

process.stdout.on('error', endWithReader)
await main(process.argv)

async function main(argv: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(argv)
  } catch (error) {
    process.exitCode = report(error)
  }
}

/** `tik details | head`: nobody reads on, so nothing more is done, as if by SIGPIPE. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit(SIGPIPE_STATUS)
}

/** Says what went wrong and what to do. A bug keeps its stack: it is for us, not for the user. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2 // Commander has printed.
  if (error instanceof TikError) {
    process.stderr.write(`tik: ${error.message}\n`)
    if (error.hint !== undefined) process.stderr.write(`     ${error.hint}\n`)
    return error.exitStatus
  }
  process.stderr.write(
    `tik: a bug: please report this\n${error instanceof Error ? error.stack : String(error)}\n`,
  )
  return 1
}
