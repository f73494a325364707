/** The storm in a process of its own: says `ready`, waits for the seconds, answers with the report. */
import { runStorm } from './alert-storm.ts'
import { openAlertWorld } from './alert-world.ts'

await using world = await openAlertWorld()
const asked = new Promise<unknown>((resolve) => process.once('message', resolve))
process.send?.('ready')
process.send?.(await runStorm(world.parts, Number(await asked)))
process.disconnect()
