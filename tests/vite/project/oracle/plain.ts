console.log('no import at all')
