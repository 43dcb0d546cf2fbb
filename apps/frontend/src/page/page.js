document.body.textContent = 'Switchyard';
