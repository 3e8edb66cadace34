import { shared } from '../src/shared'
import './deep.css'
document.title = String(shared)
import('../src/lazy').then((m) => console.log('deep', m))
