// Stands in for `signal-exit` in the bundle: an extension host ends by exiting, and takes no signals from extensions.
module.exports = (leave) => process.once('exit', leave)
