import { expect, test } from 'vitest'
import { requireGoodPassword } from './password-rules.ts'

const NAMES = ['sarah', 'sarah@lindgroen.example', 'Whitfield']

test.each(['drie paarden zingen', 'Xk3!qz9#Lm2pT', 'een olifant in de gang', '  spaties tellen  '])(
  '"%s" is good enough',
  (password) => {
    expect(() => requireGoodPassword(password, NAMES)).not.toThrow()
  },
)

test.each([
  'short',
  'aaaaaaaaaaaaaaaa',
  'Password1234!',
  'Welkom2026!!',
  'Wachtwoord01',
  'qwertyqwerty1',
  'sarahsarahsarah',
  'Whitfield2026!',
  'x'.repeat(257),
])('"%s" is not', (password) => {
  expect(() => requireGoodPassword(password, NAMES)).toThrow(/characters|guessed/)
})
