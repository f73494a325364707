/** The page where people sign in, and at /set-password set the password of an invitation; until there are pages behind it, it leads to the API. */
import { html } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

export function entrancePage(): HtmlEscapedString | Promise<HtmlEscapedString> {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>tik</title>
        <style>
          :root {
            color-scheme: light dark;
            font:
              16px/1.5 system-ui,
              sans-serif;
          }
          body {
            max-width: 24rem;
            margin: 4rem auto;
            padding: 0 1rem;
          }
          label,
          input,
          button {
            display: block;
            width: 100%;
            font: inherit;
            box-sizing: border-box;
          }
          input {
            margin: 0.25rem 0 1rem;
            padding: 0.5rem;
          }
          button {
            padding: 0.6rem;
          }
        </style>
        <script src="/entrance.js" type="module"></script>
      </head>
      <body>
        <h1>tik</h1>
        <form id="sign-in" method="post">
          <label for="name">Name or e-mail</label>
          <input id="name" name="name" autocomplete="username" required />
          <label for="password">Password</label>
          <input
            id="password"
            name="password"
            type="password"
            autocomplete="current-password"
            required
          />
          <label for="code" hidden>Code of your app, or a recovery code</label>
          <input id="code" name="code" autocomplete="one-time-code" hidden />
          <button>Sign in</button>
        </form>
        <p><button id="passkey" type="button" hidden>Sign in with a passkey</button></p>
        <p id="said" role="status"></p>
        <p id="forgot"><a href="/forgot-password">Forgot your password?</a></p>
        <p><a href="/api/v1/docs">The API</a></p>
      </body>
    </html>`
}

/** Served as a file of its own: the page may load nothing else. */
export const ENTRANCE_SCRIPT = `
const said = document.getElementById('said')
const form = document.getElementById('sign-in')
let setsPassword = false
const asksReset = location.pathname === '/forgot-password'

async function post(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer = await response.json()
  if (response.ok || answer.type === 'urn:tik:sign-in:needs-code') return answer
  throw new Error([answer.detail, answer.hint].filter(Boolean).join(': '))
}

async function send(path, body) {
  const answer = await post(path, body)
  return answer.type === undefined ? true : askForCode()
}

function askForCode() {
  for (const part of [form.elements.code, form.querySelector('[for=code]')]) part.hidden = false
  form.elements.code.required = true
  form.elements.code.focus()
  said.textContent = ''
  return false
}

async function entered() {
  const me = await (await fetch('/api/v1/me')).json()
  form.hidden = true
  passkey.hidden = true
  said.textContent = 'Signed in as ' + me.name + '.'
}

function attempt(path, body) {
  send(path, body).then((isIn) => isIn && entered(), (error) => { said.textContent = error.message })
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  if (asksReset) {
    send('/reset-password', { name: form.elements.name.value }).then(
      () => { form.hidden = true; said.textContent = 'If we know you, a mail with a link is on its way.' },
      (error) => { said.textContent = error.message },
    )
    return
  }
  if (setsPassword) {
    send('/set-password', { link, password: form.elements.password.value }).then(
      () => { form.hidden = true; said.innerHTML = 'Your password is set. <a href="/">Sign in</a>' },
      (error) => { said.textContent = error.message },
    )
    return
  }
  const { name, password, code } = form.elements
  attempt('/sign-in', {
    name: name.value,
    password: password.value,
    ...(code.hidden ? {} : { code: code.value }),
  })
})

const passkey = document.getElementById('passkey')
passkey.hidden = globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON === undefined
passkey.addEventListener('click', () => {
  usePasskey().then(entered, (error) => { said.textContent = error.message })
})

async function usePasskey() {
  const asked = await post('/sign-in/passkey/challenge', {})
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked)
  const credential = await navigator.credentials.get({ publicKey })
  await post('/sign-in/passkey', credential.toJSON())
}

if (asksReset) {
  for (const part of [form.elements.password, form.querySelector('[for=password]')]) part.hidden = true
  form.elements.password.required = false
  form.querySelector('button').textContent = 'Send a link'
  document.getElementById('forgot').hidden = true
}

const link = new URLSearchParams(location.hash.slice(1)).get('link')
if (link !== null && location.pathname === '/set-password') {
  history.replaceState(null, '', location.pathname)
  form.elements.name.hidden = true
  form.elements.name.required = false
  form.querySelector('[for=name]').hidden = true
  form.elements.password.autocomplete = 'new-password'
  form.querySelector('[for=password]').textContent = 'New password, 12 characters or more'
  form.querySelector('button').textContent = 'Set password'
  setsPassword = true
} else if (link !== null) {
  history.replaceState(null, '', location.pathname)
  attempt('/sign-in/link', { link })
}
`
