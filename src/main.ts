/** The command line as a process: see cli/run-command-line.ts. */
import { runCommandLine } from './cli/run-command-line.ts'

process.stdout.on('error', passOverClosedPipe)
endWithLauncher()
await runCommandLine(process.argv)

/**
 * `tik export | head`: nobody reads on. What streams there ends by itself and closes its stores in
 * order (cli/options.ts); ending the process here would end the engine under its query.
 */
function passOverClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

/**
 * Whoever kills the launcher (bin/tik.mjs) with -9 leaves this process behind, with the data folder's
 * lock. Its channel then closes: end as by SIGTERM. The channel keeps nothing alive.
 */
function endWithLauncher(): void {
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel?.unref()
}
