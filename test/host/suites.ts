// Every suite that runs inside VS Code.
import './sign-in.host.ts'
import './waiting.host.ts'
import './receivers.host.ts'
import './accounts.host.ts'
import './mcp.host.ts'
import './sessions-view.host.ts'
import './gateway.host.ts'
import './support.host.ts'
