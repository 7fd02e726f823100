import ts from 'typescript'

/**
 * A bundled module → a CommonJS script that says the same in less, before it is minified. What sources say for
 * their readers' sake and a bundle need not: modules from outside are required once, and their members called
 * by name; promises that are only handed on are not awaited; functions are arrows.
 */
export function tighten(code: string): string {
  return withArrows(withoutIdleAwaits(withRequires(code)))
}

const IMPORT = /^import \{ ([^}]+) \} from ("[^"]+");\n/gm
const EXPORT = /^export \{\s([^}]+)\s\};\n/m

/** The bundler writes an import once per importing file, each with names of its own. Throws for any other form. */
function withRequires(code: string): string {
  const imports = new Map<string, string[]>()
  const body = code
    .replaceAll(IMPORT, (_whole, names: string, from: string) => {
      imports.set(from, [...(imports.get(from) ?? []), names.replaceAll(' as ', ': ')])
      return ''
    })
    .replace(EXPORT, (_whole, names: string) => `module.exports = { ${names.trim()} };\n`)
  const requires = [...imports].map(
    ([from, names]) => `const { ${names.join(', ')} } = require(${from});\n`,
  )
  if (/^(import|export) /m.test(body)) throw new Error('an import or export of an unknown form')
  return `${requires.join('')}${body}`
}

/** `async () => await x` and `return await x` outside of `try` are `x`: an async function waits for it anyway. */
function withoutIdleAwaits(code: string): string {
  const source = parse(code)
  const idle: number[] = []
  const note = (expression: ts.Node | undefined) => {
    if (expression !== undefined && ts.isAwaitExpression(expression))
      idle.push(expression.getStart(source))
  }
  const visit = (node: ts.Node, trying: boolean): void => {
    if (ts.isArrowFunction(node)) note(node.body)
    if (ts.isReturnStatement(node) && !trying) note(node.expression)
    const within = !ts.isFunctionLike(node) && (trying || ts.isTryStatement(node))
    ts.forEachChild(node, (child) => visit(child, within))
  }
  visit(source, false)
  let tightened = code
  for (const start of idle.sort((a, b) => b - a))
    tightened = tightened.slice(0, start) + tightened.slice(start).replace(/^await\s+/, '')
  return tightened
}

/**
 * Functions of the top level become arrows and come first, so that they are there as early as before. Left
 * as they are: those that know `this` or `arguments`, generators, and those called with `new`.
 */
function withArrows(code: string): string {
  const source = parse(code)
  const constructed = new Set([...code.matchAll(/\bnew (\w+)/g)].map(([, name]) => name))
  const arrows: string[] = []
  let rest = ''
  let end = 0
  for (const statement of source.statements) {
    if (!ts.isFunctionDeclaration(statement)) continue
    const { name, body, asteriskToken, parameters } = statement
    if (name === undefined || body === undefined || asteriskToken !== undefined) continue
    if (constructed.has(name.text) || knowsItsCall(statement)) continue
    const asynchronous = statement.modifiers === undefined ? '' : 'async '
    const list = parameters.map((parameter) => parameter.getText(source)).join(', ')
    arrows.push(`var ${name.text} = ${asynchronous}(${list}) => ${body.getText(source)};\n`)
    rest += code.slice(end, statement.getStart(source))
    ;({ end } = statement)
  }
  return `"use strict";\n${arrows.join('')}${rest}${code.slice(end)}`
}

function knowsItsCall(statement: ts.FunctionDeclaration): boolean {
  const visit = (node: ts.Node): boolean => {
    if (node.kind === ts.SyntaxKind.ThisKeyword || ts.isMetaProperty(node)) return true
    if (ts.isIdentifier(node) && node.text === 'arguments') return true
    if (ts.isFunctionExpression(node) || ts.isClassLike(node)) return false
    return ts.forEachChild(node, visit) ?? false
  }
  return ts.forEachChild(statement, visit) ?? false
}

function parse(code: string): ts.SourceFile {
  return ts.createSourceFile('bundle.js', code, ts.ScriptTarget.Latest)
}
