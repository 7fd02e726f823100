// Type-aware lint for the whole repository, and the direction of imports between its layers:
//   extension/src -> core, site/src/client-metadata;  site -> nothing of ours;  scripts, test -> all;
//   core -> oauth4webapi and its own ports;  only core/src/node uses node:*.
import { defineConfig } from 'eslint/config'
import { dirname } from 'node:path'
import tseslint from 'typescript-eslint'

const nodeOnly = {
  group: ['node:*'],
  message: 'Only core/src/node may use Node.js; take a port instead.',
}
const noEditor = {
  group: ['vscode'],
  message: 'Only extension/src may import vscode.',
}
const noExtension = {
  group: ['**/extension/**', '@signet/core', '@signet/core/*'],
  message: 'The site imports nothing of ours.',
}
const noDeepCore = {
  group: ['**/core/src/**'],
  message: 'Import @signet/core or @signet/core/node.',
}
const noTests = {
  group: ['**/test/**', '**/scripts/**'],
  message: 'Shipped code imports neither tests nor scripts.',
}

const restrict = (...patterns) => ({
  'no-restricted-imports': ['error', { patterns }],
})

export default defineConfig(
  {
    ignores: [
      '**/node_modules/**',
      '**/dist/**',
      'site/.astro/**',
      'site/public/**',
      '**/*.mjs',
      '**/*.cjs',
      '**/*.d.ts',
      'test-results/**',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: [
          'tsconfig.json',
          'extension/core/tsconfig.json',
          'extension/tsconfig.json',
          'site/tsconfig.json',
        ],
        tsconfigRootDir: dirname(import.meta.dirname),
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/return-await': ['error', 'always'],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['extension/core/src/**/*.ts'],
    ignores: ['extension/core/src/node/**'],
    rules: restrict(nodeOnly, noEditor, noTests),
  },
  {
    files: ['extension/core/src/node/**/*.ts'],
    rules: restrict(noEditor, noTests),
  },
  { files: ['extension/src/**/*.ts'], rules: restrict(noDeepCore, noTests) },
  { files: ['site/**/*.ts'], rules: restrict(noEditor, noExtension, noTests) },
  { files: ['scripts/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-console': 'off',
      // node:test-style suites return promises to mocha, and fakes implement async ports synchronously.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
)
