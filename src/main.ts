/** The command line as a process: see cli/run-command-line.ts. */
import { runCommandLine } from './cli/run-command-line.ts'

const SIGPIPE_STATUS = 128 + 13

process.stdout.on('error', endWithReader)
await runCommandLine(process.argv)

/** `tik details | head`: nobody reads on, so nothing more is done, as if by SIGPIPE. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit(SIGPIPE_STATUS)
}
