#!/usr/bin/env node
// Starts tik on the Node that this package pins, so that a machine with Node 20 can run it. A clone has TypeScript,
// which Node reads; an installed package has JavaScript made of it, as Node reads no TypeScript below node_modules.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const require = createRequire(import.meta.url)
const node = join(dirname(require.resolve('node/package.json')), 'bin', 'node')
// Node keeps what it compiled here, which halves the start; a folder that cannot be written is no error.
const compileCache = join(root, 'node_modules', '.cache', 'tik')
// kafkajs asks for timers in the past, of which Node warns and which it starts at once.
const options = ['--disable-warning=TimeoutNegativeWarning']
const source = join(root, 'src', 'main.ts')
const main = existsSync(source) ? source : join(root, 'dist', 'src', 'main.js')
const child = spawn(node, [...options, main, ...process.argv.slice(2)], {
  // The channel tells the engine when this process is gone, in whatever way: it then ends as well.
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: { NODE_COMPILE_CACHE: compileCache, ...process.env },
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('error', (error) => {
  console.error(`tik: cannot start ${node}: ${error.message}. Run "npm ci" in ${root}.`)
  process.exitCode = 2
})
child.on('exit', (code, signal) => {
  if (signal !== null) process.kill(process.pid, signal)
  else process.exitCode = code ?? 1
})
