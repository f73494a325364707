/** The command line as a process: see cli/run-command-line.ts. */
import { runCommandLine } from './cli/run-command-line.ts'

const SIGPIPE_STATUS = 128 + 13

process.stdout.on('error', endWithReader)
endWithLauncher()
await runCommandLine(process.argv)

/** `tik details | head`: nobody reads on, so nothing more is done, as if by SIGPIPE. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit(SIGPIPE_STATUS)
}

/**
 * Whoever kills the launcher (bin/tik.mjs) with -9 leaves this process behind, with the data folder's
 * lock. Its channel then closes: end as by SIGTERM. The channel keeps nothing alive.
 */
function endWithLauncher(): void {
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel?.unref()
}
