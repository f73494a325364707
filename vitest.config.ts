import { defineConfig } from 'vitest/config'

/** Tests sit beside the code; what spans stages is in test/. */
export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'test/**/*.test.ts',
      'scripts/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    pool: 'forks', // The embedded engines bind one data folder to one process.
    testTimeout: 30_000,
  },
})
