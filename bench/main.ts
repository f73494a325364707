/** `npm run bench -- NAME`: runs bench/NAME.ts, which exports `bench`. Without a name, lists them. */
import { readdirSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { resolve } from 'node:path'

const names = readdirSync('bench')
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .filter((file) =>
    /^export (async )?function bench\(/m.test(readFileSync(`bench/${file}`, 'utf8')),
  )
  .map((file) => file.slice(0, -'.ts'.length))

const [name = '', ...options] = process.argv.slice(2)
if (names.includes(name)) {
  const loaded: unknown = await import(pathToFileURL(resolve('bench', `${name}.ts`)).href)
  await benchOf(loaded)(options)
} else {
  console.error(`usage: npm run bench -- NAME, where NAME is one of: ${names.join(', ')}`)
  process.exitCode = 2
}

function benchOf(loaded: unknown): (options: string[]) => unknown {
  if (typeof loaded === 'object' && loaded !== null && 'bench' in loaded) {
    const { bench } = loaded
    if (typeof bench === 'function') return (given): unknown => bench(given)
  }
  throw new Error(`bench/${name}.ts exports no function called bench`)
}
