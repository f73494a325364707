/** Ctrl-C and SIGTERM as an AbortSignal: the work under way is finished, then the command ends. */
import { TikError } from '../core/failures/errors.ts'
import { remark } from './options.ts'

const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const
const GOES_ON = 'run the same command again: it goes on where it stopped'

/** Aborts on the first signal with `interrupted`; a second one ends the process at once. */
export function stopOnSignal(notice: string, hint = GOES_ON): AbortSignal {
  const controller = new AbortController()
  const stop = () => {
    remark(`\n${notice}`)
    controller.abort(
      new TikError('interrupted', 'stopped before the end', {
        hint,
      }),
    )
  }
  for (const signal of STOP_SIGNALS) process.once(signal, stop)
  return controller.signal
}

/** For a command that serves until it is told to stop. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of STOP_SIGNALS) process.once(signal, () => resolve())
  })
}
