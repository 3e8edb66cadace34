import '../src/order/sa'
import '../src/order/sb'
import { shared } from '../src/shared'
import './wide.css'
console.log('wide', shared)
