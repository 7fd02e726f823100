// Stands in for `proper-lockfile` in the bundle: its one function that is used, without those for other callers.
const { promisify } = require('node:util')
const { lock } = require('proper-lockfile/lib/lockfile.js')

exports.lock = async (file, options) => promisify(await promisify(lock)(file, options))
