// CoppiceMuJoCo
